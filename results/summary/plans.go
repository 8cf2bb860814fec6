package summary

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"aftershock/internal/regular"
	"aftershock/internal/units"
	"aftershock/results"
)

// planDifferences compares the plans of the pairs that both runs planned: a longer run of the same seed begins with the
// plans of a shorter one. It compares their text, whatever it means.
func planDifferences(a, b string) []string {
	one, err := readPlans(a)
	if err != nil {
		return []string{"plans: A's cannot be read: " + err.Error()}
	}
	other, err := readPlans(b)
	if err != nil {
		return []string{"plans: B's cannot be read: " + err.Error()}
	}
	common := 0
	var differ []string
	for _, pair := range slices.Sorted(maps.Keys(one)) {
		text, ok := other[pair]
		if !ok {
			continue
		}
		common++
		if text != one[pair] {
			differ = append(differ, strconv.Itoa(pair))
		}
	}
	switch {
	case common == 0:
		return []string{"plans: no pair is planned in both"}
	case len(differ) > 0:
		which := "pairs"
		if len(differ) == 1 {
			which = "pair"
		}
		return []string{fmt.Sprintf("plans: those of %d of %s differ (%s %s)", len(differ),
			units.Count(common, "pair"), which,
			strings.Join(differ, ", "))}
	}
	return nil
}

// planHead is the first line of a plan. The scenario's name and the seed are compared separately, and so are not a part
// of its text.
var planHead = regexp.MustCompile(`^plan .*\bpair=(\d+)\b.*$`)

// readPlans reads the plans of a run by the pairs' numbers: the lines from a head to the next, without blank ones.
func readPlans(folder string) (map[int]string, error) {
	path := filepath.Join(folder, results.PlanFile)
	data, err := regular.Read(path)
	if err != nil {
		return nil, errors.New(strings.ReplaceAll(err.Error(), path, results.PlanFile)) // a copy gives the same words
	}
	plans, pair := map[int]string{}, 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if head := planHead.FindStringSubmatch(line); head != nil {
			if pair, err = strconv.Atoi(head[1]); err != nil {
				return nil, fmt.Errorf("%s: %w", results.PlanFile, err)
			}
			plans[pair] += "" // a plan without events is one
			continue
		}
		if pair != 0 && line != "" {
			plans[pair] += line + "\n"
		}
	}
	return plans, nil
}
