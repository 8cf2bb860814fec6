package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/scenarios/build"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/kv"
	"aftershock/scenarios/service"
)

// buildable is a target whose arms may be built. As JSON it is the target.
type buildable interface {
	arms() *build.Arms              // nil where nothing is built
	set(build.Arms)                 // with what they were built to, where they were
	fits(context.Context) error     // refuses, before a build, what would be of no use
	checkBuilt(s build.Store) error // refuses a build without the program that is to run
}

// buildableOf reads a scenario's target; nil for one that is never built, and for none.
func buildableOf(raw json.RawMessage) (buildable, error) {
	if raw == nil || kv.Brings(raw) {
		return nil, nil
	}
	b, err := collector.BuildsOf(raw)
	if err != nil {
		return nil, err
	}
	if b != nil {
		return &builtCollector{*b}, nil
	}
	t := &builtService{}
	if err := json.Unmarshal(raw, t); err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	return t, nil
}

// builtService is a program of the scenario's.
type builtService struct{ service.Target }

func (t *builtService) arms() *build.Arms              { return t.Arms }
func (t *builtService) fits(context.Context) error     { return nil }
func (t *builtService) checkBuilt(s build.Store) error { return t.CheckBuilt(s) }

func (t *builtService) set(a build.Arms) {
	t.Arms = &a
	t.Before.Built = a.Built[string(results.Before)].Digest
	t.After.Built = a.Built[string(results.After)].Digest
}

// builtCollector is the collector in two builds.
type builtCollector struct{ collector.Builds }

func (t *builtCollector) arms() *build.Arms { return t.Arms }
func (t *builtCollector) set(a build.Arms)  { t.Arms = &a }

func (t *builtCollector) fits(ctx context.Context) error {
	return sameRevision(ctx, t.Arms.Repository, harness.Environment().Commit)
}

// sameRevision refuses a checkout of another revision than this program's: a worker of it would not understand this
// program, and what a comparison found would be of two programs.
func sameRevision(ctx context.Context, repository, own string) error {
	own, _, _ = strings.Cut(own, "-") // with changes or without
	head, err := build.Head(ctx, repository)
	if err != nil {
		return err
	}
	if own != head && own != unknownCommit {
		return &build.Unknown{Err: fmt.Errorf("arms.repository: %s is at commit %s, and this program was built of %s: "+
			"check that out, or build the program again", repository, build.Short(head), build.Short(own))}
	}
	return nil
}

// unknownCommit is what a program says that was built without its commit, such as a test.
const unknownCommit = "unknown"

func (t *builtCollector) checkBuilt(s build.Store) error {
	for _, side := range sideNames {
		worker := filepath.Join(s.Folder(t.Arms.Built[side].Digest), harness.WorkerFile)
		if _, err := os.Stat(worker); err != nil {
			return build.NoProgram(side, harness.WorkerFile)
		}
	}
	return nil
}
