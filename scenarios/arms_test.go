package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/scenarios/build"
	"aftershock/scenarios/service"
)

// withArms is the scenario of a target whose programs are built.
func withArms(arms string) string {
	text := strings.Replace(targeted, "./server, --one", `"{built}/server", --one`, 1)
	text = strings.Replace(text, "command: [./server]", `command: [sh, -c, "exec $AFTERSHOCK_BUILT/server"]`, 1)
	return strings.Replace(text, "streams:", "arms: "+arms+"\nstreams:", 1)
}

func armsOf(t *testing.T, text string) service.Target {
	t.Helper()
	s, err := read("f.yaml", []byte(text), rules)
	if err != nil {
		t.Fatal(err)
	}
	var got service.Target
	if err := json.Unmarshal(s.Target, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestArmsAreResolved(t *testing.T) {
	for text, want := range map[string]build.Arms{
		"{before: {git: v1}, after: {worktree: true}}": {
			Repository: ".", Within: 10 * time.Minute,
			Sources: map[string]build.State{"before": {Git: "v1"}, "after": {}},
		},
		`{before: {module: example.com/x@v1.2.3},
  after: {git: main, module: [a.b/c@v0.0.1, d.e@v2.0.0+incompatible], toolchain: go1.25.3},
  repository: sub, build: [go, build, -o, "{out}/x", .], within: 5m, downloads: true}`: {
			Repository: "sub", Within: 5 * time.Minute, Downloads: true,
			Command: []string{"go", "build", "-o", "{out}/x", "."},
			Sources: map[string]build.State{"before": {Modules: []string{"example.com/x@v1.2.3"}}, "after": {
				Git: "main", Modules: []string{"a.b/c@v0.0.1", "d.e@v2.0.0+incompatible"}, Toolchain: "go1.25.3",
			}},
		},
	} {
		if got := armsOf(t, withArms(text)); !reflect.DeepEqual(*got.Arms, want) {
			t.Errorf("got  %+v\nwant %+v", *got.Arms, want)
		}
	}
}

// A command that does not run what was built would compare something else.
func TestArmsAndCommandsGoTogether(t *testing.T) {
	for text, want := range map[string]string{
		strings.Replace(targeted, "./server, --one", `"{built}/server"`, 1): "has {built} in it, and there is no " +
			`section "arms"`,
		strings.Replace(targeted, "streams:", "arms: {before: {git: a}, after: {git: b}}\nstreams:", 1): "does not " +
			"run what is built: {built} (or $AFTERSHOCK_BUILT) stands for its folder",
		withArms("{before: {git: a}, after: {toolchain: go1.25.3}}"): "there is no build command that could use it",
		withArms("{before: {}, after: {git: b}}"):                    "names nothing to build",
		withArms("{before: {worktree: false}, after: {git: b}}"):     "worktree: is false, which says nothing",
	} {
		if _, err := read("f.yaml", []byte(text), rules); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// built are options whose arms were built to these digests.
func built(t *testing.T, before, after string) harness.Options {
	t.Helper()
	registry := harness.Registry{Bring: service.Fixes}
	s, err := read("f.yaml", []byte(withArms("{before: {git: v1}, after: {git: v2}}")), rules)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Options(s, registry, s.Fixes, 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	made := build.Arms{Sources: map[string]build.State{"before": {Git: "v1"}, "after": {Git: "v2"}},
		Built: map[string]build.Built{"before": {Commit: "c1", Digest: before}, "after": {Commit: "c2", Digest: after}}}
	folder := build.Store(t.TempDir())
	server := filepath.Join(folder.Folder(before), "server")
	if err := errors.Join(os.MkdirAll(filepath.Dir(server), 0o700), os.WriteFile(server, nil, 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := UseBuilt(&o, registry, folder, made); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestWhatWasBuiltIsPartOfARun(t *testing.T) {
	o := built(t, "d1", "d2")
	var got service.Target
	if err := json.Unmarshal(o.Scenario.Target, &got); err != nil {
		t.Fatal(err)
	}
	if got.Before.Built != "d1" || got.After.Built != "d2" || got.Arms.Built["after"].Commit != "c2" ||
		o.Built == "" {
		t.Errorf("target %+v in %s", got, o.Built)
	}
	f := o.Fixes[0]
	if f.Instrument || f.Built != "before is v1 (commit c1), after v2 (commit c2)" {
		t.Errorf("fix %+v", f.Fix)
	}
	if strings.Contains(string(o.Scenario.Target), o.Built) {
		t.Error("the folder is a part of the scenario")
	}
}

// Other bytes are another program, also where the command is the same.
func TestArmsOfTheSameBytesAreAnInstrument(t *testing.T) {
	text := withArms("{before: {git: a}, after: {git: b}}")
	text = strings.NewReplacer(", --one", "", `, env: {LEVEL: "2"}`, "").Replace(text)
	text = strings.Replace(text, `[sh, -c, "exec $AFTERSHOCK_BUILT/server"]`, `["{built}/server"]`, 1)
	target := armsOf(t, text)
	for digests, same := range map[[2]string]bool{{"d", "d"}: true, {"d", "e"}: false} {
		target.Before.Built, target.After.Built = digests[0], digests[1]
		own, err := json.Marshal(target)
		if err != nil {
			t.Fatal(err)
		}
		fixes, err := service.Fixes(own)
		if err != nil || fixes[0].Instrument != same ||
			same != strings.HasPrefix(fixes[0].Summary, "both arms were built to the same bytes") {
			t.Errorf("%v: %+v, %v", digests, fixes, err)
		}
	}
}

// A resumed run needs what its first start has built.
func TestAResumedRunHasItsBuilds(t *testing.T) {
	o := built(t, "d1", "d2")
	s := build.Store(filepath.Join(t.TempDir(), "builds"))
	err := Build(context.Background(), &o, harness.Registry{Bring: service.Fixes},
		func() (build.Store, error) { return s, nil }, func(string) {})
	if err == nil || !strings.Contains(err.Error(), "the build d1 is gone from") {
		t.Errorf("got %v", err)
	}
	lost := errors.New("no cache")
	err = Build(context.Background(), &o, harness.Registry{}, func() (build.Store, error) { return "", lost }, nil)
	if !errors.Is(err, lost) {
		t.Errorf("got %v", err)
	}
	if got := armsOf(t, targeted); got.Arms != nil {
		t.Errorf("target %+v", got)
	}
}
