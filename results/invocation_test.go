package results_test

import (
	"encoding/json"
	"slices"
	"testing"

	"aftershock/results"
)

func TestInvocationsAreBuiltAndReadInOnePlace(t *testing.T) {
	run := results.RunOf("bin/aftershock", "my churn.yaml", []string{"a", "b"}, results.Pairs(8), 3)
	whole := run.Load(900).If(false, "--quick").If(true, "--plan", "x.plan").
		With("--cluster", "external", "--endpoints", "http://127.0.0.1:1", "--allow-foreign-keys", "--out", "o",
			"--calibration", "c")
	const want = "bin/aftershock run 'my churn.yaml' --fix a,b --pairs 8 --seed 3 --load 900 --plan x.plan --cluster " +
		"external " +
		"--endpoints http://127.0.0.1:1 --allow-foreign-keys --out o --calibration c"
	if got := whole.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(run) != 9 || run.Replays() || !whole.Replays() || whole.Scenario() != "my churn.yaml" ||
		whole.Program() != "bin/aftershock" {
		t.Errorf("%q", run)
	}
	if got := whole.External(); !slices.Equal(got,
		[]string{"--endpoints", "http://127.0.0.1:1", "--allow-foreign-keys"}) {
		t.Errorf("external: %q", got)
	}
	if got := whole.Folders(); !slices.Equal(got, []string{"--out", "o", "--calibration", "c"}) {
		t.Errorf("folders: %q", got)
	}
	if none := results.Invocation(nil); none.Program() != "aftershock" || none.Scenario() != "" ||
		none.Folders() != nil || none.String() != "" {
		t.Errorf("none: %q %q", none.Program(), none.Scenario())
	}
	if cut := (results.Invocation{"x", "run", "s", "--out"}); cut.Folders() != nil {
		t.Errorf("a flag without its value: %q", cut.Folders())
	}
}

func TestInvocationsThatResume(t *testing.T) {
	for want, i := range map[string]results.Invocation{
		"aftershock run --resume f": nil,
		"a run --resume f --endpoints e --calibration c": {"a", "run", "s", "--calibration", "c", "--endpoints", "e",
			"--out", "o"},
		"a selftest --resume f":                    {"a", "selftest", "--quick"},
		"a article run --resume f --calibration c": {"a", "article", "run", "--seed", "1", "--calibration", "c"},
		"a article run --resume f":                 {"a", "run", "article", "--seed", "1"},
	} {
		if got := i.Resume("f").String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// On disk a command is the list of its words, as it was before it had a type.
func TestAnInvocationIsItsWordsOnDisk(t *testing.T) {
	text, err := json.Marshal(results.Run{Command: results.Invocation{"a", "run"}})
	var run struct {
		Command []string `json:"command"`
	}
	if err == nil {
		err = json.Unmarshal(text, &run)
	}
	if err != nil || !slices.Equal(run.Command, []string{"a", "run"}) {
		t.Errorf("%q, %v", run.Command, err)
	}
}
