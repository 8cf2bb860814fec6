package manifest_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/manifest"
)

// split gives the lines of a text with their breaks.
func split(text []byte) [][]byte {
	return bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
}

func parse(t testing.TB, text []byte) manifest.History {
	t.Helper()
	h, err := manifest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAManifestTellsWhatWasWritten(t *testing.T) {
	w := whole(t)
	h := parse(t, w.text(manifest.File))
	var statuses []results.Status
	for _, s := range h.States {
		statuses = append(statuses, s.Status)
	}
	if want := []results.Status{results.Running, results.Running, results.Complete}; !slices.Equal(statuses, want) {
		t.Errorf("statuses %v", statuses)
	}
	var folders []string
	for _, trial := range h.Trials {
		folders = append(folders, trial.Folder)
		text := w.text(trial.Folder + "/" + results.TrialFile)
		if trial.Outcome != manifest.Valid || trial.SHA256 != manifest.Digest(text) {
			t.Errorf("%+v", trial)
		}
	}
	if want := []string{dir(1, "before"), dir(1, "after"), dir(2, "before"), dir(2, "after")}; !slices.Equal(folders, want) {
		t.Errorf("trials %v", folders)
	}
	last := h.States[2]
	if last.SHA256 != manifest.Digest(w.text(results.RunFile)) || string(last.Fields["seed"]) != "7" ||
		string(last.Fields["scenario"]) != `{"rate":"1000/s"}` || h.Plan != manifest.Digest([]byte(plans)) || h.Torn {
		t.Errorf("%s, %+v", h.Plan, last)
	}
}

// Each byte of a manifest counts: with any of them changed it is broken, or its last line has no end.
func TestEveryFlippedBitIsSeen(t *testing.T) {
	text := whole(t).text(manifest.File)
	for at := range text {
		for bit := range 8 {
			flipped := bytes.Clone(text)
			flipped[at] ^= 1 << bit
			h, err := manifest.Parse(flipped)
			if err == nil && !h.Torn {
				t.Fatalf("bit %d of byte %d is flipped, and the manifest is whole: %s", bit, at, text[max(0, at-20):min(len(text), at+20)])
			}
		}
	}
}

// A manifest that ends early is that of an earlier time, and never that of a finished run.
func TestACutManifestIsAnEarlierOne(t *testing.T) {
	text := whole(t).text(manifest.File)
	whole := parse(t, text)
	for end := 1; end < len(text); end++ {
		h, err := manifest.Parse(text[:end])
		if err != nil {
			var broken *manifest.Broken
			if !errors.As(err, &broken) || bytes.IndexByte(text, '\n') < end {
				t.Fatalf("cut after %d bytes: %v", end, err)
			}
			continue
		}
		if torn := text[end-1] != '\n'; h.Torn != torn || h.States[len(h.States)-1].Status == results.Complete {
			t.Fatalf("cut after %d bytes: %+v", end, h)
		}
		if !slices.Equal(h.Trials, whole.Trials[:len(h.Trials)]) {
			t.Fatalf("cut after %d bytes: %+v", end, h.Trials)
		}
	}
}

// Lines in another order, twice, or with one between them taken out are no manifest.
func TestLinesHaveOnePlace(t *testing.T) {
	lines := split(whole(t).text(manifest.File))
	join := func(lines ...[]byte) []byte {
		return append(bytes.TrimSuffix(bytes.Join(lines, nil), []byte("\n")), '\n')
	}
	refused := func(what string, i int, text []byte) {
		t.Helper()
		h, err := manifest.Parse(text)
		var broken *manifest.Broken
		if !errors.As(err, &broken) || broken.Line > i+2 || h.Torn {
			t.Errorf("line %d %s: %v", i+1, what, err)
		}
	}
	lines[len(lines)-1] = append(bytes.TrimSuffix(lines[len(lines)-1], []byte("\n")), '\n')
	for i := range lines {
		refused("twice", i, join(slices.Insert(slices.Clone(lines), i, lines[i])...))
		if i+1 < len(lines) {
			refused("taken out", i-1, join(slices.Delete(slices.Clone(lines), i, i+1)...))
			swapped := slices.Clone(lines)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			refused("and the next swapped", i-1, join(swapped...))
		}
	}
	other := split(whole(t).text(manifest.File)) // of a run that is alike in all but time
	for i := range lines {
		mixed := slices.Clone(lines)
		mixed[i] = append(bytes.TrimSuffix(bytes.Clone(other[i]), []byte("\n")), '\n')
		refused("of another run", i, join(mixed...))
	}
}

func TestNoManifest(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "line 1: it is missing",
		"\n":                        "line 1: it does not end with a digest",
		"{}\n":                      "line 1: it does not end with a digest",
		`{"line":1`:                 "line 1: it is missing",
		strings.Repeat("x", 200):    "line 1: it is missing",
		"\x00" + "\n" + "{}" + "\n": "line 1: it does not end with a digest",
	} {
		if h, err := manifest.Parse([]byte(text)); err == nil || err.Error() != want || len(h.States) > 0 {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestPlanDigests(t *testing.T) {
	got := manifest.PlanDigests([]byte(plans))
	if len(got) != 2 || got[1] == got[2] {
		t.Fatalf("%v", got)
	}
	const head = "plan scenario=churn seed=7 pair=2"
	_, rest, found := strings.Cut(plans, head)
	if !found {
		t.Fatal("there is no second plan")
	}
	second := head + rest
	if alone := manifest.PlanDigests([]byte("\n\n" + second)); alone[2] != got[2] {
		t.Errorf("where a plan stands makes another digest: %v, %v", alone, got)
	}
	for _, change := range [][2]string{{"seed=7 pair=1", "seed=8 pair=1"}, {"at=3s", "at=4s"}, {"follower.1", "follower.2"}} {
		changed := manifest.PlanDigests([]byte(strings.Replace(plans, change[0], change[1], 1)))
		if changed[1] == got[1] || changed[2] != got[2] {
			t.Errorf("%v: %v, %v", change, changed, got)
		}
	}
	if none := manifest.PlanDigests([]byte("plan pair=99999999999999999999\nevent\n")); len(none) > 0 {
		t.Errorf("%v", none)
	}
}

// What parses at all tells one history, which its bytes up to the last line break tell alone.
func FuzzParse(f *testing.F) {
	text := whole(f).text(manifest.File)
	f.Add(text)
	f.Add(text[:len(text)-9])
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := manifest.Parse(text)
		if err != nil {
			return
		}
		again, err := manifest.Parse(text[:bytes.LastIndexByte(text, '\n')+1])
		if again.Torn = h.Torn; err != nil || !reflect.DeepEqual(again, h) {
			t.Errorf("%+v\n%+v, %v", h, again, err)
		}
	})
}

// A stretch of a manifest that is overwritten by anything else breaks it, or leaves an earlier one.
func FuzzOverwrite(f *testing.F) {
	text := whole(f).text(manifest.File)
	f.Add(10, []byte("x"))
	f.Add(len(text)-1, []byte("}"))
	f.Fuzz(func(t *testing.T, at int, with []byte) {
		if at < 0 || at >= len(text) {
			return
		}
		changed := bytes.Clone(text)
		copy(changed[at:], with)
		if h, err := manifest.Parse(changed); err == nil && !h.Torn && !bytes.Equal(changed, text) {
			t.Errorf("%q at %d leaves it whole", with, at)
		}
	})
}
