package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"aftershock/harness"
	"aftershock/internal/document"
	"aftershock/results"
	"aftershock/scenarios/build"
	"aftershock/scenarios/service"
)

// armsSection is the section that says what the two programs of a target are built of.
const armsSection = "arms"

// sideNames are the arms that a section arms names.
var sideNames = []string{string(results.Before), string(results.After)}

// readArms reads what the programs are built of. A command that does not run what was built would compare something
// else, and {built} stands for nothing without the section.
func (t *ownTarget) readArms(v, target document.Value) {
	for side, program := range map[string]service.Program{
		string(results.Before): t.Before, string(results.After): t.After,
	} {
		command := target.Field(side).Field("command")
		switch uses := usesBuild(program); {
		case uses && !v.Given():
			command.Addf("has %s in it, and there is no section %q beside target that builds anything", build.Folder,
				armsSection)
		case !uses && v.Given() && command.Given():
			command.Addf("does not run what is built: %s (or $%s) stands for its folder", build.Folder,
				build.FolderVariable)
		}
	}
	if t.unbuilt(v, target); !v.Given() {
		return
	}
	o, _ := v.Object(sideNames, []string{"repository", "build", "within", "downloads"})
	a := readBuild(o)
	if o["build"].Given() {
		a.Command = readWords(o["build"])
	}
	for _, side := range sideNames {
		if err := a.Check(side); o[side].Given() && err != nil {
			o[side].Addf("%v (build: [go, build, -o, \"%s/program\", .])", err, build.Out)
		}
	}
	t.Arms = &a
}

// readBuild reads of what, where and for how long is built; the command is for the caller.
func readBuild(o document.Object) build.Arms {
	a := build.Arms{Repository: ".", Within: build.UsualTime, Sources: map[string]build.State{}}
	if o["repository"].Given() {
		a.Repository, _ = o["repository"].Text()
		if a.Repository == "" {
			o["repository"].Addf("is empty: it is the folder of a git repository in which the build runs")
		}
	}
	if o["within"].Given() {
		a.Within, _ = o["within"].Duration(shortest, build.LongestTime)
	}
	if o["downloads"].Given() {
		a.Downloads, _ = o["downloads"].Bool()
	}
	for _, side := range sideNames {
		if o[side].Given() {
			a.Sources[side] = readState(o[side])
		}
	}
	return a
}

// unbuilt refuses variants that would have to be built.
func (t *ownTarget) unbuilt(v, target document.Value) {
	if v.Given() && len(t.Variants) > 0 {
		v.Addf("builds the arms before and after, and the target has variants: leave one of them out")
	}
	for _, one := range t.Variants {
		if usesBuild(one.Program) {
			target.Field("variants").Field(one.Name).Field("command").Addf("has %s in it, and variants are not built: "+
				"they are there when a run begins", build.Folder)
		}
	}
}

// usesBuild tells whether a program's command runs what was built.
func usesBuild(p service.Program) bool {
	for _, word := range p.Command {
		if strings.Contains(word, build.Folder) || strings.Contains(word, build.FolderVariable) {
			return true
		}
	}
	return false
}

// readState reads what one arm is built of: a revision or the working tree, and what is replaced in it.
func readState(v document.Value) (s build.State) {
	o, ok := v.Object(nil, []string{"git", "worktree", "module", "toolchain"})
	if !ok {
		return s
	}
	tree := false
	if o["worktree"].Given() {
		if tree, ok = o["worktree"].Bool(); ok && !tree {
			o["worktree"].Addf("is false, which says nothing: leave it out (allowed: true)")
		}
	}
	s.Git = readChecked(o["git"], build.CheckRevision)
	if o["module"].Given() {
		items, _ := o["module"].OneOrMore("module")
		for _, item := range items {
			s.Modules = append(s.Modules, readChecked(item, build.CheckModule))
		}
	}
	s.Toolchain = readChecked(o["toolchain"], build.CheckToolchain)
	switch {
	case o["git"].Given() && tree:
		o["worktree"].Addf("is given beside git: an arm is one of them")
	case !o["git"].Given() && !o["worktree"].Given() && !o["module"].Given() && !o["toolchain"].Given():
		v.Addf("names nothing to build (fields: git, worktree, module, toolchain)")
	}
	return s
}

// readChecked reads a text that has to pass a check; "" when it is not given or does not pass.
func readChecked(v document.Value, check func(string) error) string {
	if !v.Given() {
		return ""
	}
	text, ok := v.Text()
	if !ok {
		return ""
	}
	if err := check(text); err != nil {
		v.Addf("%v", err)
		return ""
	}
	return text
}

// Between is a scenario with a section arms whose two programs are built of these revisions. What else the section says
// stays: repository, build, modules, toolchains. An arm whose revision is empty is built as the section says.
func Between(s harness.Scenario, before, after string) (harness.Scenario, error) {
	t, err := buildableOf(s.Target)
	if err != nil {
		return s, err
	}
	if t == nil || t.arms() == nil {
		return s, fmt.Errorf("scenario %q has no section %q, which says how a revision is built (docs/your-service.md)",
			s.Name, armsSection)
	}
	if _, ok := t.(*builtCollector); ok {
		return s, fmt.Errorf("scenario %q builds the collector of this program's own revision: its arms differ in "+
			"modules and toolchains, and in no revision", s.Name)
	}
	arms := *t.arms()
	made := maps.Clone(arms.Sources)
	for side, revision := range map[results.Arm]string{results.Before: before, results.After: after} {
		if revision == "" {
			continue
		}
		if err := build.CheckRevision(revision); err != nil {
			return s, err
		}
		state := arms.Sources[string(side)]
		state.Git = revision
		made[string(side)] = state
	}
	arms.Sources = made
	t.set(arms)
	s.Target, err = json.Marshal(t)
	return s, err
}

// Built says what a run's arms were built to; the zero value where none were.
func Built(o harness.Options) (a build.Arms) {
	if t, err := buildableOf(o.Scenario.Target); err == nil && t != nil && t.arms() != nil {
		a = *t.arms()
	}
	return a
}

// Build builds what the arms of a run's target are made of and finds the etcd that its members run, if its scenario
// says so: the options then hold what was built, and where. Store is asked where that is to be kept. A run that is
// resumed has what its first start has built, or is refused.
func Build(ctx context.Context, o *harness.Options, r harness.Registry, store func() (build.Store, error),
	say func(string),
) error {
	if err := findPrograms(ctx, o, r, store, say); err != nil {
		return err
	}
	t, err := buildableOf(o.Scenario.Target)
	if err != nil || t == nil || t.arms() == nil {
		return err
	}
	s, err := store()
	if err != nil {
		return err
	}
	o.Built = string(s)
	if made := t.arms().Built; made != nil {
		return errors.Join(s.Check(made[string(results.Before)].Digest), s.Check(made[string(results.After)].Digest))
	}
	if err := t.fits(ctx); err != nil {
		return err
	}
	made, err := s.Build(ctx, *t.arms(), say)
	if err != nil {
		return err
	}
	if made.Same() {
		say("both arms were built to the same bytes: what will differ is chance")
	}
	return UseBuilt(o, r, s, made)
}

// UseBuilt gives a run arms that were built before. It refuses those without the programs that are to run.
func UseBuilt(o *harness.Options, r harness.Registry, s build.Store, made build.Arms) error {
	t, err := buildableOf(o.Scenario.Target)
	if err != nil {
		return err
	}
	if t == nil {
		return fmt.Errorf("scenario %q has no section %q", o.Scenario.Name, armsSection)
	}
	o.Built = string(s)
	t.set(made)
	if err := t.checkBuilt(s); err != nil {
		return err
	}
	if o.Scenario.Target, err = json.Marshal(t); err != nil {
		return err
	}
	return findAgain(o, r)
}
