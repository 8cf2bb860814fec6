package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/results"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	harness.Child(harness.Registry{})
	os.Exit(m.Run())
}

func TestStages(t *testing.T) {
	const drawn = "\r\x1b[K"
	for _, c := range []struct {
		screen string
		status results.Status
		want   string
	}{
		{"", "", "start"},
		{"3 trials of 2s: about 5s\r\n", "", "look at the machine"},
		{"machine: 2 cores\r\n", "", "before the first trial"},
		{"machine: 2 cores\r\n" + drawn + "3s left  0/2  about to begin", results.Running, "before the first trial"},
		{"machine: 2 cores\r\n" + drawn + "3s left  0/2 done  waiting for a calm machine", results.Running,
			"before the first trial"},
		{drawn + "2s left  1/2 null-steady before  boot", results.Running, "boot (first trial)"},
		{drawn + "2s left  1/2 a before  boot" + drawn + "2s left  1/2 a before  warm-up  leader n1",
			results.Running, "warm-up (first trial)"},
		{drawn + "1s left  2/2 a after again  agreement  ok 4000 failed 2  leader n1", results.Running,
			"agreement (second trial)"},
		{drawn + "2s left  1/2 a before  client-cut effective  ok 9 failed 0 P99 2 ms", results.Running,
			"fault (first trial)"},
		{drawn + "1s left  1/2 a before  teardown" + drawn + "1s left  1/2 done  waiting for a calm machine",
			results.Running, "between trials"},
		{drawn + "1s left  2/2 a after  teardown" + drawn, results.Complete, "summary"},
		{drawn + "1s left  2/2 a after  teardown" + drawn, results.Partial, "summary"},
	} {
		out := t.TempDir()
		if c.status != "" {
			folder := filepath.Join(out, "a-run")
			if err := os.Mkdir(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := results.WriteJSON(filepath.Join(folder, results.RunFile),
				results.Run{Schema: results.Schema, Status: c.status}); err != nil {
				t.Fatal(err)
			}
		}
		if got := stageOf(c.screen, out); got != c.want {
			t.Errorf("%q with status %q: %q, want %q", c.screen, c.status, got, c.want)
		}
	}
	all := []string{"summary", "boot (second trial)", "drain (first trial)", "start", "boot (first trial)"}
	slices.SortFunc(all, byPlace)
	if got, want := strings.Join(all, ", "), "start, boot (first trial), drain (first trial), boot (second "+
		"trial), summary"; got != want {
		t.Errorf("in the order %s, want %s", got, want)
	}
}

// The lines are those that aftershock draws: each is headed by its stage.
func TestStagesOfTheLinesThatAreDrawn(t *testing.T) {
	text, err := os.ReadFile("../aftershock/testdata/progress.txt")
	if err != nil {
		t.Fatal(err)
	}
	found, want := 0, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if head, ok := strings.CutPrefix(line, "# "); ok {
			want, _, _ = strings.Cut(head, ",")
			continue
		}
		if !slices.Contains(order, want) {
			continue
		}
		found++
		if got, _, _ := strings.Cut(stageOf("machine: 2 cores\r\n"+line, t.TempDir()), " ("); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	if found < 20 {
		t.Errorf("%d lines", found)
	}
}

func TestWhatIsLeftIsFound(t *testing.T) {
	l := &lane{folder: t.TempDir(), shm: t.TempDir()}
	expect := func(want ...string) {
		t.Helper()
		left, err := l.left()
		if err != nil || len(left) != len(want) {
			t.Fatalf("left %q, %v, want %q", left, err, want)
		}
		for i := range want {
			if !strings.Contains(left[i], want[i]) {
				t.Errorf("left %q, want %q in it", left[i], want[i])
			}
		}
	}
	if err := os.Mkdir(l.path("tmp"), 0o755); err != nil {
		t.Fatal(err)
	}
	expect()
	lock, err := os.Create(filepath.Join(l.shm, "aftershock.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	expect() // the file stays: only its lock means something
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	expect("the machine's lock")
	if err := os.Mkdir(filepath.Join(l.shm, "aftershock-1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(l.path("tmp/core"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	expect("the machine's lock", "aftershock-1", "core")
	if own, err := os.Executable(); err != nil || len(processes(own)) != 1 {
		t.Errorf("of this test there are the processes %q, %v", processes(own), err)
	}
}

func TestArgumentsOfKills(t *testing.T) {
	for want, args := range map[string][]string{
		"usage: ":       {},
		`"none" kills`:  {"program", "none"},
		`"0" kills`:     {"program", "0"},
		`seed "-1"`:     {"program", "1", "-1"},
		"usage: kills ": {"program", "1", "2", "3"},
	} {
		if _, _, _, err := parse(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", args, err, want)
		}
	}
	if program, kills, seed, err := parse([]string{"program"}); err != nil || program != "program" || kills != 1000 ||
		seed != 1 {
		t.Errorf("%s, %d, %d, %v", program, kills, seed, err)
	}
}

// A key without a lease would stay for good: it fails the kill that left it.
func TestAKeyThatWouldStayIsFound(t *testing.T) {
	root, err := os.MkdirTemp("/dev/shm", "kills-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	x, err := bootTheirs(filepath.Join(root, "theirs"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.close(); err != nil {
			t.Error(err)
		}
	}()
	client, err := x.cluster.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	lease, err := client.Grant(t.Context(), 30)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Put(t.Context(), harness.Prefix+"leased", "", clientv3.WithLease(lease.ID)); err != nil {
		t.Fatal(err)
	}
	if err := x.check(); err != nil {
		t.Errorf("all that is left goes with its lease: %v", err)
	}
	if _, err := client.Grant(t.Context(), 3600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Put(t.Context(), harness.Prefix+"stays", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Put(t.Context(), ownersKey, ownersValue); err != nil { // the same, but it was touched
		t.Fatal(err)
	}
	err = x.check()
	for _, want := range []string{
		`key "aftershock/stays" without a lease`, "for another 3", `the owner's key "owner/kept" is not as it was`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestTheReportCountsStagesByRuntime(t *testing.T) {
	lanes := []*lane{
		{kind: kinds[0], killed: 3, stages: map[string]int{"start": 1, "boot (first trial)": 2}},
		{kind: kinds[1], killed: 1, stages: map[string]int{"summary": 1}},
	}
	var text bytes.Buffer
	if err := report(&text, lanes); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	for i, want := range [][]string{
		{"kills:", "4", "orchestrators"}, {"processes", "embedded"}, {"start", "1", "0"}, {"boot", "(first",
			"trial)", "2", "0"}, {"summary", "0", "1"},
	} {
		if i >= len(lines) || !slices.Equal(strings.Fields(lines[i])[:len(want)], want) {
			t.Errorf("line %d is not %q:\n%s", i, want, text.String())
		}
	}
}

// So many kills hit what a run ends with, or their moments are not those that were meant.
func TestStagesThatNoKillHit(t *testing.T) {
	for name, c := range map[string]struct {
		killed int
		stages map[string]int
		want   string
	}{
		"few": {enough - 1, map[string]int{"start": enough - 1}, ""},
		"all": {enough, map[string]int{
			"recovery (first trial)": 1, "boot (second trial)": 1, inSummary: 1, "start": enough - 3,
		}, ""},
		"early": {enough, map[string]int{"start": enough},
			"processes: no kill hit the second trial\n0 kills hit a recovery, and 0 a summary"},
		"no summary": {enough, map[string]int{"recovery (second trial)": enough},
			"300 kills hit a recovery, and 0 a summary"},
	} {
		err := missed([]*lane{{kind: kinds[0], stages: c.stages}}, c.killed)
		if got := fmt.Sprint(err); err != nil && got != c.want || err == nil && c.want != "" {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
