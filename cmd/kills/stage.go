package main

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"aftershock/results"
)

// order is a run's stages, in their order; those of a trial come twice.
var order = []string{
	"start", "look at the machine", "before the first trial", "boot", "warm-up", "steady", "capacity", "fault", "recovery", "drain",
	"agreement", "teardown", "between trials", "summary",
}

// What is said of stages.
const (
	secondTrial = " (second trial)"
	inSummary   = "summary"
)

// phase finds what a line of progress says of a trial, such as "3s left  2/2 null-steady after  steady  leader n1".
var phase = regexp.MustCompile(` left  (\d+)/\d+ \S+ \S+(?: again)?  (\S+)`)

// stageOf tells what a run was about when its progress ended. Below out is its folder, if it had come to that.
func stageOf(screen, out string) string {
	folders, _ := filepath.Glob(filepath.Join(out, "*", results.RunFile)) // the pattern is sound
	if len(folders) > 0 {
		if run, err := results.ReadRun(filepath.Dir(folders[0])); err == nil && run.Status != results.Running {
			return inSummary
		}
	}
	found := phase.FindAllStringSubmatch(screen, -1)
	switch {
	case len(found) > 0 && strings.HasSuffix(screen, "waiting for a calm machine"):
		return "between trials"
	case len(found) > 0:
		trial, doing := found[len(found)-1][1], found[len(found)-1][2]
		if !slices.Contains(order, doing) { // the last thing that happened to a fault, in the fault phase
			doing = "fault"
		}
		if trial == "1" {
			return doing + " (first trial)"
		}
		return doing + secondTrial
	case strings.Contains(screen, "machine: "):
		return "before the first trial"
	case len(folders) > 0 || screen != "":
		return "look at the machine"
	}
	return "start"
}

// byPlace puts stages into the order of a run.
func byPlace(a, b string) int {
	place := func(stage string) int {
		word, trial, _ := strings.Cut(stage, " (")
		at := slices.Index(order, word)
		if strings.HasPrefix(trial, "second") {
			at += len(order)
		}
		if word == "summary" {
			at += 2 * len(order)
		}
		return at
	}
	return cmp.Compare(place(a), place(b))
}
