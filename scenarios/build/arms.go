// Package build makes the arms of a target from two states of one repository: two revisions, the working tree, a
// dependency in two versions, two Go toolchains.
//
// A state is checked out into a folder of the user's cache, built there by the scenario's command, and kept under the
// digest of what came of it. The user's own checkout is read and never written to.
package build

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Arms is what a scenario says in its section arms. It is a part of the resolved scenario, and so of run.json.
type Arms struct {
	Repository string           `json:"repository"`          // a folder of a git repository: the build runs there
	Command    []string         `json:"command,omitempty"`   // none: the tree is used as it is
	Within     time.Duration    `json:"within"`              // that a build may take
	Downloads  bool             `json:"downloads,omitempty"` // Go modules and toolchains that are not on this machine
	Sources    map[string]State `json:"sources"`             // by arm
	Built      map[string]Built `json:"built,omitempty"`     // by arm; set by the run that has built them
}

// State is what an arm is built of.
type State struct {
	// Git is a revision, in git's words; empty for the working tree as it is, with all that git does not ignore.
	Git       string   `json:"git,omitempty"`
	Modules   []string `json:"modules,omitempty"`   // path@version: dependencies of the program, replaced by these
	Toolchain string   `json:"toolchain,omitempty"` // of Go, such as go1.25.3
}

// Built says what came of a state.
type Built struct {
	Commit string `json:"commit"`          // of the revision, or below the working tree
	Dirty  bool   `json:"dirty,omitempty"` // the working tree differs from its commit
	Go     string `json:"go,omitempty"`    // what `go version` says, where the arm names modules or a toolchain
	// Digest is the SHA-256 of all that was built. Two arms with one digest are the same program.
	Digest string `json:"digest"`
}

// Out stands in a build command for the folder of which all is kept. Without it, the whole tree is.
const Out = "{out}"

// Folder stands in a target's command for the folder that holds what its arm was built to.
const Folder = "{built}"

// FolderVariable is the variable of a program's environment with the same value.
const FolderVariable = "AFTERSHOCK_BUILT"

// The limits of a build.
const (
	UsualTime   = 10 * time.Minute
	LongestTime = 2 * time.Hour
)

var (
	modulePattern    = regexp.MustCompile(`^[a-zA-Z0-9][^@\s]*@v[0-9]+\.[0-9]+\.[0-9]+[^@\s]*$`)
	toolchainPattern = regexp.MustCompile(`^go1\.[0-9]+(\.[0-9]+|rc[0-9]+)?$`)
)

// CheckRevision refuses what git would take for a flag or for several words.
func CheckRevision(text string) error {
	if text == "" || text[0] == '-' || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return fmt.Errorf("%q is no revision (such as v1.2.0, main, HEAD~3 or a commit)", text)
	}
	return nil
}

// CheckModule refuses what is no module with a version.
func CheckModule(text string) error {
	if !modulePattern.MatchString(text) {
		return fmt.Errorf("%q is no module with its version (such as go.etcd.io/etcd/client/v3@v3.5.12)", text)
	}
	return nil
}

// CheckToolchain refuses what is no name of a Go toolchain.
func CheckToolchain(text string) error {
	if !toolchainPattern.MatchString(text) {
		return fmt.Errorf("%q is no Go toolchain (such as go1.25.3)", text)
	}
	return nil
}

// Check refuses a state that could not be built as it is meant.
func (a Arms) Check(arm string) error {
	s := a.Sources[arm]
	switch {
	case len(a.Command) == 0 && (len(s.Modules) > 0 || s.Toolchain != ""):
		return errors.New("names a module or a toolchain, and there is no build command that could use it")
	case slices.Contains(a.Command, ""):
		return errors.New("an empty word in the build command")
	}
	return nil
}

// String says what a state is, in a few words: "v1.2.0", "working tree, go1.25.3".
func (s State) String() string {
	parts := []string{cmp.Or(s.Git, "working tree")}
	parts = append(parts, s.Modules...)
	if s.Toolchain != "" {
		parts = append(parts, s.Toolchain)
	}
	return strings.Join(parts, ", ")
}

// Short are the first characters of a digest or a commit, for people.
func Short(digest string) string { return digest[:min(12, len(digest))] }

// Says is what a reader is told of an arm: "v1.2.0 (commit 0123456789ab)".
func (a Arms) Says(arm string) string {
	b, s := a.Built[arm], a.Sources[arm]
	text := s.String()
	if b.Commit == "" {
		return text
	}
	text += " (commit " + Short(b.Commit)
	if b.Dirty {
		text += " with changes"
	}
	return text + ")"
}

// Same tells whether the arms were built, and to the same bytes.
func (a Arms) Same() bool {
	digests := map[string]bool{}
	for _, b := range a.Built {
		digests[b.Digest] = true
	}
	return len(a.Built) > 1 && len(digests) == 1
}

// Names lists the arms in the order in which they are built.
func (a Arms) Names() (names []string) {
	for _, usual := range []string{"before", "after"} {
		if _, ok := a.Sources[usual]; ok {
			names = append(names, usual)
		}
	}
	var more []string
	for name := range a.Sources {
		if !slices.Contains(names, name) {
			more = append(more, name)
		}
	}
	slices.Sort(more)
	return append(names, more...)
}
