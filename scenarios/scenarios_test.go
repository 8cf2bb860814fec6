package scenarios_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"
)

// A scenario that repairs nothing answers its question by a figure of its own.
func TestEveryScenarioCanAnswerWhatItAsks(t *testing.T) {
	all, err := scenarios.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if slices.Contains(s.Fixes, "null-steady") ||
			slices.Contains(s.Fixes, "collector-itself") != (s.Answers != nil) {
			t.Errorf("%s is run with %q, and its answer is %v", s.Name, s.Fixes, s.Answers)
		}
	}
}

func TestShippedScenarios(t *testing.T) {
	all, err := scenarios.All()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
		if s.Asks == "" {
			t.Errorf("%s asks nothing", s.Name)
		}
		if err := s.CheckBudget(arms(t, s, s.Fixes), s.Pairs, pilots(t, s, s.Fixes), s.Budget.Run); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		quick := s.Quick
		err := s.CheckBudget(arms(t, s, quick.Fixes), quick.Pairs, pilots(t, s, quick.Fixes), s.Budget.QuickRun)
		if err != nil {
			t.Errorf("%s, quick: %v", s.Name, err)
		}
	}
	if !slices.Equal(names, scenarios.Names()) || !slices.Contains(names, "leader-churn") {
		t.Errorf("the files %v hold scenarios named %v", scenarios.Names(), names)
	}
}

// arms is the number of different arms of a scenario's fixes.
func arms(t *testing.T, s harness.Scenario, names []string) int {
	return harness.Arms(found(t, s, names))
}

func pilots(t *testing.T, s harness.Scenario, names []string) time.Duration {
	return s.PilotTime(found(t, s, names))
}

func found(t *testing.T, s harness.Scenario, names []string) (all []harness.Fix) {
	t.Helper()
	registry, err := fixes.Registry().For(s.Target)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		fix, err := registry.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fix)
	}
	return all
}

func TestLoadReadsNamesAndPaths(t *testing.T) {
	byName, err := scenarios.Load("leader-churn")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("leader-churn.yaml")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "copy")
	if err := os.WriteFile(elsewhere, source, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"leader-churn.yaml", elsewhere} {
		if byPath, err := scenarios.Load(path); err != nil || !reflect.DeepEqual(byPath, byName) {
			t.Errorf("Load(%q) = %+v, %v; want %+v", path, byPath, err, byName)
		}
	}
}

func TestLoadOfAnUnknownName(t *testing.T) {
	_, err := scenarios.Load("leader-churm")
	for _, want := range []string{`unknown scenario "leader-churm"; did you mean "leader-churn"?`, "path"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if _, err := scenarios.Load("./missing.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}
