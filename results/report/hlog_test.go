package report_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/hlog"
	"aftershock/results/ops"
	"aftershock/results/report"
	"aftershock/results/summary"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// leaveTrial makes a trial's folder with a batch a tenth of a second, over two seconds.
func leaveTrial(t testing.TB, run string, trial results.Trial) string {
	t.Helper()
	slot := trial.Slot()
	folder := filepath.Join(run, results.TrialDir(slot, trial.Attempt))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	trial.Schema = results.Schema
	if err := results.WriteJSON(filepath.Join(folder, results.TrialFile), trial); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, results.OpsFile)
	table, err := ops.Create(path, ops.Header{Streams: []ops.Stream{{Name: "batch", Slots: 20, Timeout: time.Second}}})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 20 {
		table.Put(0, n, ops.Record{
			Outcome: ops.OK, Intended: int64(n) * int64(100*time.Millisecond),
			Service: time.Duration(trial.Block) * time.Millisecond,
		})
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := ops.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(folder, results.HistogramFile))
	if err != nil {
		t.Fatal(err)
	}
	phases := []results.Phase{{Name: results.Steady, To: 1e9}}
	if err := errors.Join(hlog.Write(file, log, phases, trial.Epoch), file.Close()); err != nil {
		t.Fatal(err)
	}
	return folder
}

// leftRun is a run of three pairs, of which the second was run again and the third broke.
func leftRun(t testing.TB) report.Input {
	t.Helper()
	run := t.TempDir()
	began := time.Date(2026, 3, 1, 2, 3, 4, 567e6, time.UTC)
	trial := func(after time.Duration, pair, attempt int, arm results.Arm, invalid string) string {
		return leaveTrial(t, run, results.Trial{
			Group: "null", Block: pair, Attempt: attempt, Arm: arm, Epoch: began.Add(after), Invalid: invalid,
		})
	}
	trial(0, 1, 0, results.After, "")
	trial(time.Minute, 1, 0, results.Before, "")
	trial(2*time.Minute, 2, 0, results.Before, "machine: steal 9 %")
	trial(3*time.Minute, 2, 0, results.After, "")
	trial(4*time.Minute, 2, 1, results.Before, "")
	cut := filepath.Join(trial(5*time.Minute, 3, 0, results.Before, ""), results.HistogramFile)
	whole, err := os.ReadFile(cut)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(cut, int64(bytes.LastIndex(whole, []byte("Tag="))+len("Tag=batch"))); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(trial(6*time.Minute, 3, 0, results.After, ""),
		results.TrialFile)); err != nil {
		t.Fatal(err)
	}
	never := filepath.Join(run, results.TrialDir(results.Slot{Group: "null", Block: 4, Arm: results.Before}, 0))
	if err := os.MkdirAll(never, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := results.WriteJSON(filepath.Join(never, results.TrialFile),
		results.Trial{Schema: results.Schema, Invalid: "no boot"}); err != nil {
		t.Fatal(err)
	}
	// The next one's log says that it began before its trial did.
	early := results.Trial{Group: "null", Block: 4, Arm: results.After, Epoch: began.Add(-time.Hour)}
	folder := leaveTrial(t, run, early)
	early.Schema, early.Epoch = results.Schema, began.Add(7*time.Minute)
	if err := results.WriteJSON(filepath.Join(folder, results.TrialFile), early); err != nil {
		t.Fatal(err)
	}
	// A fix that was never come to has no folder.
	groups := []results.Group{{Name: "null"}, {Name: "never-run"}}
	return report.Input{Folder: run, Summary: summary.Summary{Run: results.Run{Groups: groups}}}
}

func TestHistograms(t *testing.T) {
	text := written(t, "hlog", leftRun(t))
	// The histograms are compressed, by a library that may compress otherwise tomorrow.
	shown := regexp.MustCompile(`HISTF[A-Za-z0-9+/=]+`).ReplaceAllString(text, "HISTF...")
	golden.Compare(t, filepath.Join("testdata", "trials.hlog"), []byte(shown))
	operations := map[string]int64{}
	reader := hdrhistogram.NewHistogramLogReader(strings.NewReader(text))
	for {
		h, err := reader.NextIntervalHistogram()
		if err != nil {
			t.Fatal(err)
		}
		if h == nil {
			break
		}
		if operations[h.Tag()] += h.TotalCount(); !strings.Contains(h.Tag(), ".0") {
			t.Errorf("tag %s", h.Tag())
		}
	}
	for _, trial := range []string{
		"null.after.01", "null.before.01", "null.before.02-invalid", "null.after.02", "null.before.02-again1",
	} {
		for _, phase := range []string{".batch.steady", ".batch.steady.ok", ".batch.outside", ".batch.outside.ok"} {
			if n := operations[trial+phase]; n != 10 {
				t.Errorf("%s%s: %d operations, want 10", trial, phase, n)
			}
			delete(operations, trial+phase)
		}
	}
	if len(operations) != 0 {
		t.Errorf("tags of no trial: %v", operations)
	}
}

// A trial whose files are not as the run left them is left out, with a comment.
func TestHistogramsOfADamagedRun(t *testing.T) {
	for file, want := range map[string]int{
		"trials/null/01-after/ops.bin": 4, "trials/null/02-after": 4, "trials/null": 0,
		"plan.txt": 5, "trials/null/02": 5,
	} {
		in := leftRun(t)
		in.Summary.Damaged = []summary.Damage{{File: file, What: "is a link"}}
		text := written(t, "hlog", in)
		if got := strings.Count(text, ".batch.steady,"); got != want {
			t.Errorf("%s: %d trials, want %d", file, got, want)
		}
		if said := strings.Contains(text, ": damaged: "+file+": is a link"); said != (want < 5) {
			t.Errorf("%s: it is said: %v\n%s", file, said, text)
		}
	}
}

// A copy of a run, under whatever name, gives the same log.
func TestHistogramsOfACopy(t *testing.T) {
	in := leftRun(t)
	copied := in
	copied.Folder = filepath.Join(t.TempDir(), "a copy")
	if err := os.CopyFS(copied.Folder, os.DirFS(in.Folder)); err != nil {
		t.Fatal(err)
	}
	if one, other := written(t, "hlog", in), written(t, "hlog", copied); one != other {
		t.Errorf("got\n%s\nwant\n%s", other, one)
	}
}

func TestHistogramsOfAnUnreadableFolder(t *testing.T) {
	in := leftRun(t)
	in.Summary.Run.Groups = []results.Group{{Name: "null/01-before/" + results.TrialFile}}
	if err := report.Write("hlog", &strings.Builder{}, in); err == nil {
		t.Error("a file in a folder's place is no error")
	}
}
