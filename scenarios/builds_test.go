package scenarios

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/internal/gittest"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/scenarios/build"
	"aftershock/scenarios/collector"
)

// twoBuilds is the valid scenario with two builds of the collector in place of fixes.
func twoBuilds(arms, answers string) string {
	text := strings.Replace(valid, "fixes: [context-isolation, lock-across-rpc]",
		"arms: "+arms+"\nanswers: "+answers, 1)
	return strings.Replace(text, "quick: {fixes: [context-isolation], pairs: 6}", "quick: {pairs: 6}", 1)
}

const (
	olderClient = "{before: {module: go.etcd.io/etcd/client/v3@v3.5.12}, after: {worktree: true}}"
	calmP99     = "{metric: p99, phase: steady}"
)

func TestTwoBuildsOfTheCollector(t *testing.T) {
	s, err := read("f.yaml", []byte(twoBuilds(olderClient, calmP99)), rules)
	if err != nil {
		t.Fatal(err)
	}
	got, err := collector.BuildsOf(s.Target)
	if err != nil || got == nil {
		t.Fatal(got, err)
	}
	want := &collector.Builds{
		Compared: &collector.Comparison{Fix: "some-churn", Scenario: "some-churn", Says: "Does it hold?",
			Primary: results.Metric{Name: "p99", Phase: results.Steady}},
		Arms: &build.Arms{Repository: ".", Within: 10 * time.Minute, Command: collector.BuildCommand,
			Sources: map[string]build.State{
				"before": {Modules: []string{"go.etcd.io/etcd/client/v3@v3.5.12"}}, "after": {},
			}},
	}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(s.Fixes, []string{"some-churn"}) ||
		!reflect.DeepEqual(s.Quick, harness.Quick{Fixes: s.Fixes, Pairs: 6}) {
		t.Errorf("got  %+v, fixes %v, %+v\nwant %+v", got, s.Fixes, s.Quick, want)
	}
}

// What does not name two builds, or a figure that they can be compared by, is no comparison.
func TestBuildsThatCannotBeCompared(t *testing.T) {
	for text, want := range map[string]string{
		twoBuilds("{before: {git: v1}, after: {worktree: true}}", calmP99):      "git: is for a program of yours",
		twoBuilds("{before: {}, after: {worktree: true}}", calmP99):             "names nothing to build",
		twoBuilds(olderClient, "{metric: p98, phase: steady}"):                  `unknown figure "p98"`,
		twoBuilds(olderClient, "{metric: p99, phase: calm}"):                    `unknown phase "calm"`,
		twoBuilds(olderClient, calmP99) + "fixes: [null]\n":                     "fixes",
		twoBuilds(olderClient[:len(olderClient)-1]+", build: [make]}", calmP99): `"build"`,
	} {
		if _, err := read("f.yaml", []byte(text), rules); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// A revision of the collector that is not this program's would not understand it.
func TestRevisionsOfTheCollectorAreNoArms(t *testing.T) {
	s, err := read("f.yaml", []byte(twoBuilds(olderClient, calmP99)), rules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Between(s, "v1", "v2"); err == nil || !strings.Contains(err.Error(), "and in no revision") {
		t.Errorf("got %v", err)
	}
	if _, err := Figure(s, ""); err == nil || !strings.Contains(err.Error(), `has no section "target"`) {
		t.Errorf("got %v", err)
	}
}

// A worker of another revision would not understand this program.
func TestACheckoutOfAnotherRevision(t *testing.T) {
	slow.Boots(t)
	folder := t.TempDir()
	gittest.Commit(t, folder)
	head, err := build.Head(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	for own, want := range map[string]string{
		head: "", head + "-dirty": "", unknownCommit: "",
		strings.Repeat("0", 40): "is at commit " + build.Short(head) + ", and this program was built of 000000000000",
	} {
		err := sameRevision(t.Context(), folder, own)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", own, err, want)
		}
	}
	if err := sameRevision(t.Context(), t.TempDir(), head); err == nil ||
		!strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("got %v", err)
	}
}
