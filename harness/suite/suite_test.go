package suite

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/results"
)

// made is a suite of three parts of a second each, and what of it was run.
func made(t *testing.T, run func(name string) error) (*Suite, *[]string) {
	t.Helper()
	var began []string
	finished := map[string]bool{}
	s := &Suite{Name: "some", Out: t.TempDir(), Seed: 5, Begin: func(string, time.Time) error { return nil }}
	for i, name := range []string{"one", "two", "three"} {
		s.Parts = append(s.Parts, Part{
			Takes: time.Second, Finished: func() bool { return finished[name] },
			Run: func(_ context.Context, at Progress) error {
				began = append(began, name)
				if at.N != i+1 || at.Of != 3 || at.Left != time.Duration(3-i)*time.Second {
					t.Errorf("%s: %+v", name, at)
				}
				err := run(name)
				finished[name] = err == nil
				return err
			},
		})
	}
	return s, &began
}

func TestASuiteIsResumedWhereItStopped(t *testing.T) {
	failure := errors.New("no")
	s, began := made(t, func(name string) error {
		if name == "two" && failure != nil {
			return failure
		}
		return nil
	})
	if s.Takes() != 3*time.Second {
		t.Errorf("it takes %v", s.Takes())
	}
	if err := s.Run(t.Context()); !errors.Is(err, failure) || !strings.Contains(s.Folder, "-some-5") {
		t.Fatalf("%v in %q", err, s.Folder)
	}
	if left := s.Pending(); !slices.Equal(left, []int{1, 2}) || s.Takes() != 2*time.Second {
		t.Errorf("%v are left and take %v", left, s.Takes())
	}
	failure = nil
	if err := s.Run(t.Context()); err != nil || !slices.Equal(*began, []string{"one", "two", "two", "three"}) {
		t.Errorf("%v, began %v", err, *began)
	}
}

func TestAnInterruptedSuiteBeginsNoOtherPart(t *testing.T) {
	cause := errors.New("enough")
	ctx, interrupt := context.WithCancelCause(t.Context())
	s, began := made(t, func(name string) error {
		if name == "two" {
			interrupt(cause)
		}
		return nil
	})
	if err := s.Run(ctx); !errors.Is(err, cause) || len(*began) != 2 {
		t.Errorf("%v, began %v", err, *began)
	}
}

// Two of one second have folders of their own, and one folder has one process that writes.
func TestFoldersOfSuites(t *testing.T) {
	s, _ := made(t, func(string) error { return nil })
	folders := map[string]bool{}
	for range 3 {
		if err := s.create(); err != nil {
			t.Fatal(err)
		}
		folders[s.Folder] = true
	}
	if len(folders) != 3 {
		t.Errorf("three suites have %d folders", len(folders))
	}
	unlock, err := harness.Lock(s.Folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a folder in use: %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

func TestAnotherMachineIsRefused(t *testing.T) {
	was := harness.Environment()
	if err := Resumable("x", was); err != nil {
		t.Error(err)
	}
	was.Binary = "another"
	if err := Resumable("x", was); err == nil || !strings.Contains(err.Error(), "x cannot be resumed: ") {
		t.Errorf("another binary: %v", err)
	}
	if err := Resumable("x", results.Environment{}); err == nil {
		t.Error("nothing is taken for this machine")
	}
}
