package scenarios

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/internal/document"
	"aftershock/scenarios/build"
	"aftershock/scenarios/kv"
)

// programFields are the fields that say which etcd members run.
var programFields = []string{"binary", "module"}

// readEtcd reads which etcd members run; nil for this program's own.
func readEtcd(o document.Object) *cluster.Program {
	binary, module := o["binary"], o["module"]
	switch {
	case binary.Given() && module.Given():
		module.Addf("is given beside binary: members run one of them")
		return nil
	case module.Given():
		return &cluster.Program{Module: readChecked(module, build.CheckServer)}
	case !binary.Given():
		return nil
	}
	path, ok := binary.Text()
	if ok && path == "" {
		binary.Addf("is empty: it is the file of an etcd, or the name of one on the PATH")
	}
	return &cluster.Program{Binary: path}
}

// readNext reads the etcd to which faults change members; nil for none.
func readNext(v document.Value) *cluster.Program {
	if !v.Given() {
		return nil
	}
	o, ok := v.Object(nil, programFields)
	next := readEtcd(o)
	if ok && !o["binary"].Given() && !o["module"].Given() {
		v.Addf("names no etcd (fields: %s)", strings.Join(programFields, ", "))
	}
	return next
}

// versionAlone is a version of etcd's server module alone.
var versionAlone = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+`)

// On is a scenario whose members all run another etcd: a version of its server module, such as v3.6.9, the file of a
// binary, or the name of one on the PATH. It refuses a scenario without members, and one whose arms name their own.
func On(s harness.Scenario, etcd string) (harness.Scenario, error) {
	p := &cluster.Program{Binary: etcd}
	if versionAlone.MatchString(etcd) {
		p = &cluster.Program{Module: build.ServerModule + "@" + etcd}
		if err := build.CheckServer(p.Module); err != nil {
			return s, err
		}
	}
	if s.Cluster.Members == 0 {
		return s, fmt.Errorf("scenario %q has no members that could run %s", s.Name, etcd)
	}
	s.Cluster.Program = p
	load, err := kv.Of(s.Target)
	if err != nil || load == nil || load.Arms == nil {
		return s, err
	}
	if load.Arms.Before.Program != nil {
		return s, fmt.Errorf("the arms of scenario %q say themselves which etcd they are", s.Name)
	}
	load.Arms.Before.Program, load.Arms.After.Program = p, p
	s.Target = load.Target()
	return s, nil
}

// programs are those that a run's members are to run: that of the cluster, the next one, and those of arms.
func programs(o *harness.Options, arms *kv.Arms) (all []**cluster.Program) {
	all = append(all, &o.Scenario.Cluster.Program, &o.Scenario.Cluster.Next)
	if arms != nil {
		all = append(all, &arms.Before.Program, &arms.After.Program)
	}
	return all
}

// findPrograms finds or builds what a run's members run, if it is not this program's own etcd, keeps it in the store,
// and looks at it. A run that is resumed has what its first start has found, or is refused.
func findPrograms(ctx context.Context, o *harness.Options, r harness.Registry, store func() (build.Store, error),
	say func(string),
) error {
	load, err := kv.Of(o.Scenario.Target)
	if err != nil {
		return err
	}
	var arms *kv.Arms
	if load != nil {
		arms = load.Arms
	}
	found := map[cluster.Program]*cluster.Program{}
	for _, at := range programs(o, arms) {
		p := *at
		if p == nil {
			continue
		}
		s, err := store()
		if err != nil {
			return err
		}
		o.Built = string(s)
		if p.Kept != "" {
			if err := s.Check(p.Kept); err != nil {
				return err
			}
			continue
		}
		if found[*p] == nil {
			one, err := findProgram(ctx, *p, s, say)
			if err != nil {
				return err
			}
			found[*p] = one
		}
		*at = found[*p]
	}
	if len(found) == 0 || arms == nil {
		return nil
	}
	if before, after := arms.Before.Program, arms.After.Program; before != nil && before.SHA256 == after.SHA256 {
		say("both arms are the same binary: what will differ is their settings, or chance")
	}
	o.Scenario.Target = load.Target()
	return findAgain(o, r)
}

// findAgain takes the fixes of a target that has changed.
func findAgain(o *harness.Options, r harness.Registry) error {
	own, err := r.For(o.Scenario.Target)
	if err != nil {
		return err
	}
	for i, f := range o.Fixes {
		fix, err := own.Find(f.Name)
		if err != nil {
			return err
		}
		o.Fixes[i] = o.Scenario.Ask(fix)
	}
	return nil
}

// findProgram finds or builds one program.
func findProgram(ctx context.Context, p cluster.Program, s build.Store, say func(string)) (
	_ *cluster.Program, err error,
) {
	if p.Module != "" {
		if p.Kept, err = s.BuildServer(ctx, p.Module, cluster.ProgramFile, build.UsualTime, say); err != nil {
			return nil, fmt.Errorf("module %s: %w", p.Module, err)
		}
		p.Path = filepath.Join(s.Folder(p.Kept), cluster.ProgramFile)
		return &p, p.Look(ctx)
	}
	if p.Path, err = pathOf(p.Binary); err != nil {
		return nil, &build.Unknown{Err: fmt.Errorf("binary: %w", err)}
	}
	if err := p.Look(ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		return nil, &build.Unknown{Err: fmt.Errorf("binary: %w", err)}
	}
	if p.Kept, err = s.KeepFile(ctx, p.Path, cluster.ProgramFile, say); err != nil {
		return nil, err
	}
	was := p.SHA256
	p.Path = filepath.Join(s.Folder(p.Kept), cluster.ProgramFile)
	if err := p.Look(ctx); err != nil {
		return nil, err
	}
	if p.SHA256 != was {
		return nil, fmt.Errorf("binary: %s was changed while it was copied", p.Binary)
	}
	say("members run " + p.String() + ", from " + p.Binary)
	return &p, nil
}

// pathOf is a path from this folder, or a name that is on the PATH.
func pathOf(binary string) (string, error) {
	if strings.Contains(binary, "/") {
		return binary, nil
	}
	return exec.LookPath(binary)
}
