package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results"
)

const (
	unknownColumns = 80 // of a terminal that does not say how wide it is
	leastName      = 6  // columns that a name keeps, however narrow the terminal
)

// describe says in at most so many columns what a run is doing. The time left comes first, so that nothing pushes
// it out of sight. Where there is no room, names are shortened in their middle; after that, pieces are left out
// from the end.
func describe(s harness.Status, columns int) string {
	pieces := fitting(s, columns)
	for _, more := range additional(s) {
		if more != "" && width(append(pieces, more)) <= columns {
			pieces = append(pieces, more)
		}
	}
	line := []rune(joined(pieces))
	return string(line[:min(len(line), columns)])
}

// fitting are as many of the essential pieces as there is room for, with names as long as it lets them be.
func fitting(s harness.Status, columns int) []string {
	longest := max(utf8.RuneCountInString(s.Slot.Group), utf8.RuneCountInString(s.Fault), leastName)
	for n := len(essential(s, longest)); n > 1; n-- {
		for name := longest; name >= leastName; name-- {
			if pieces := essential(s, name)[:n]; width(pieces) <= columns {
				return pieces
			}
		}
	}
	return essential(s, leastName)[:1]
}

func joined(pieces []string) string { return strings.Join(pieces, "  ") }

func width(pieces []string) int { return utf8.RuneCountInString(joined(pieces)) }

// essential are the pieces that a line of 80 columns has room for, with names of at most so many columns.
func essential(s harness.Status, name int) []string {
	pieces := []string{timeLeft(s.Left)}
	switch {
	case s.Waiting:
		return append(pieces, fmt.Sprintf("%d/%d done", s.Trial, s.Trials), "waiting for a calm machine")
	case s.Slot.Group == "":
		return append(pieces, fmt.Sprintf("0/%d", s.Trials), "about to begin")
	case s.Slot.Block == 0:
		pieces = append(pieces, fmt.Sprintf("load: pilot of %s %s", shorten(s.Slot.Group, name), s.Slot.Arm))
	default:
		pieces = append(pieces, fmt.Sprintf("%d/%d %s %s%s", s.Trial, s.Trials, shorten(s.Slot.Group, name),
			s.Slot.Arm, again(s.Attempt)))
	}
	pieces = append(pieces, doing(s, name))
	if s.Recent != (harness.Recent{}) {
		pieces = append(pieces, recent(s.Recent))
	}
	return pieces
}

// additional are the pieces for wider terminals.
func additional(s harness.Status) []string { return []string{leader(s), blocks(s)} }

// timeLeft says how long a run still takes. Within hours, seconds are noise.
func timeLeft(d time.Duration) string {
	exact := time.Second
	if d >= time.Hour {
		exact = time.Minute
	}
	return units.Short(d.Round(exact)) + " left"
}

func again(attempt int) string {
	if attempt > 0 {
		return " again"
	}
	return ""
}

// doing is the phase or, in the fault phase, the last thing that happened to a fault.
func doing(s harness.Status, name int) string {
	if s.Phase != results.InFault || s.Fault == "" {
		return s.Phase
	}
	fault, stage, _ := strings.Cut(s.Fault, " ")
	return shorten(fault, name) + " " + stage
}

// recent says how batches fared.
func recent(r harness.Recent) string {
	text := fmt.Sprintf("ok %d failed %d", r.OK, r.Failed)
	if r.P99 == 0 {
		return text
	}
	bound := ""
	if r.AtLeast {
		bound = ">="
	}
	return text + " P99 " + bound + units.Latency(r.P99)
}

// leader names who leads. That there is no leader is news only while the load runs: members that boot have none
// yet, and those that are stopped none any more.
func leader(s harness.Status) string {
	expected := s.Phase != "boot" && s.Phase != "drain" && s.Phase != "teardown"
	switch {
	case s.Members == 0 || s.Waiting || s.Slot.Group == "":
		return ""
	case s.Leader != "":
		return "leader " + s.Leader
	case expected:
		return "leader none"
	}
	return ""
}

// blocks counts the blocks that the run has by now.
func blocks(s harness.Status) string {
	if s.Judged == 0 {
		return ""
	}
	text := fmt.Sprintf("judged %d", s.Judged)
	if s.Disturbed > 0 {
		text += fmt.Sprintf(" (%d disturbed)", s.Disturbed)
	}
	return text
}

// shorten makes a name fit by leaving out its middle: names that begin alike mostly end differently, and the other
// way round.
func shorten(name string, columns int) string {
	const gap = ".."
	all := []rune(name)
	if len(all) <= columns {
		return name
	}
	kept := max(0, columns-len(gap))
	end := kept / 2
	return string(all[:kept-end]) + gap + string(all[len(all)-end:])
}

// ended says what became of a trial, in one line.
func ended(t results.Trial, s harness.Status) string {
	outcome := "valid"
	if t.Invalid != "" {
		outcome = "invalid: " + strings.ReplaceAll(t.Invalid, "\n", "; ")
	}
	return joined([]string{
		timeLeft(s.Left), fmt.Sprintf("%d/%d %s block %d %s%s", s.Trial, s.Trials, t.Group, t.Block, t.Arm,
			again(t.Attempt)),
		recent(s.Recent), outcome,
	})
}
