// Package suite runs parts one after the other, with a folder for all of them, and resumes those that were interrupted.
// Runs of the article and of the selftest are its parts.
package suite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftershock/harness"
	"aftershock/results"
)

// Part is one thing to run.
type Part struct {
	Takes time.Duration // expected
	// Finished tells whether it need not be run any more. It is asked only once there is a folder.
	Finished func() bool
	// Run runs it. An error ends the suite: what concerns one part alone is none.
	Run func(ctx context.Context, at Progress) error
}

// Progress says which of all parts is run, and how long it and those after it take.
type Progress struct {
	N, Of int
	Left  time.Duration
}

// Suite is all parts, in the order in which they are run.
type Suite struct {
	Name   string // a word of the folder's name
	Out    string // where the folder goes
	Seed   uint64
	Folder string // "" until it has been made; of a resumed suite where it is
	Parts  []Part
	// Begin writes into a new folder what the suite is about.
	Begin func(folder string, started time.Time) error
}

// Resumable refuses to resume on another machine, or with another binary, than a folder's.
func Resumable(folder string, was results.Environment) error {
	if err := harness.SameMachine(was, harness.Environment()); err != nil {
		return fmt.Errorf("%s cannot be resumed: %w", folder, err)
	}
	return nil
}

// Pending are the places of the parts that have not finished.
func (s *Suite) Pending() (left []int) {
	for i, p := range s.Parts {
		if s.Folder == "" || !p.Finished() {
			left = append(left, i)
		}
	}
	return left
}

// Takes is how long the pending parts are expected to take.
func (s *Suite) Takes() time.Duration { return s.takes(s.Pending()) }

func (s *Suite) takes(parts []int) (d time.Duration) {
	for _, i := range parts {
		d += s.Parts[i].Takes
	}
	return d
}

// Run runs the pending parts, and makes the folder first where there is none. When ctx is done no other part begins,
// and the error is its cause.
func (s *Suite) Run(ctx context.Context) (err error) {
	if s.Folder == "" {
		if err := s.create(); err != nil {
			return err
		}
	}
	unlock, err := harness.Lock(s.Folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	for left := s.Pending(); len(left) > 0; left = left[1:] {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		at := Progress{N: left[0] + 1, Of: len(s.Parts), Left: s.takes(left)}
		if err := s.Parts[left[0]].Run(ctx, at); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

func (s *Suite) create() error {
	started := time.Now().UTC()
	folder, _, err := harness.MakeRunFolder(s.Out, results.NewID(started, s.Name, s.Seed))
	if err != nil {
		return err
	}
	s.Folder = folder
	return s.Begin(folder, started)
}
