package summary

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"aftershock/results"
)

// Mismatch is why two runs cannot be compared: they differ in more than the program. errors.As finds it. Its text has a
// line for each difference.
type Mismatch struct {
	A, B        string   // the runs' IDs
	Differences []string // each says what differs, and both values
}

func (m *Mismatch) Error() string {
	return fmt.Sprintf("%s and %s cannot be compared, because they differ in more than the program:\n  %s\n"+
		"(--force compares them all the same)", m.A, m.B, strings.Join(m.Differences, "\n  "))
}

// mismatch lists what differs in both runs and should be the same.
func mismatch(a, b opened) []string {
	all := slices.Concat(damageDifferences("A", a.damaged), damageDifferences("B", b.damaged),
		loadDifferences(a.run, b.run))
	if a.run.Seed != b.run.Seed {
		all = append(all, fmt.Sprintf("seed: %d against %d", a.run.Seed, b.run.Seed))
	}
	if a.run.PlanDigest == "" || a.run.PlanDigest != b.run.PlanDigest {
		all = append(all, planDifferences(a.folder, b.folder)...)
	}
	if a.run.Cluster != b.run.Cluster {
		all = append(all, fmt.Sprintf("runtime: %s against %s", a.run.Cluster, b.run.Cluster))
	}
	return append(all, FingerprintOf(a.run.Environment).differences(FingerprintOf(b.run.Environment))...)
}

// loadDifferences are differences between the scenarios. A load that the runs measured is listed with its remedy: the
// slower program was given less to do, and the size of an effect depends on the load at which it is measured.
func loadDifferences(a, b results.Run) []string {
	all := scenarioDifferences(a.Scenario, b.Scenario)
	one, other := a.Load, b.Load
	if one == nil || other == nil || one.Setting != other.Setting || one.Value == other.Value {
		return all // a load that was not measured is a value of the scenario like any other
	}
	all = slices.DeleteFunc(all, func(difference string) bool {
		return strings.HasPrefix(difference, "scenario, workload."+one.Setting+": ")
	})
	return append([]string{fmt.Sprintf("load: %d %s against %d (run either again with --load and the other's)",
		one.Value, one.Setting, other.Value)}, all...)
}

// damageDifferences lists a run's damaged files: its figures prove nothing.
func damageDifferences(name string, damaged []Damage) (all []string) {
	for _, d := range damaged {
		all = append(all, fmt.Sprintf("damaged in run %s: %s: %s", name, d.File, d.What))
	}
	return all
}

// notCompared are the parts of a scenario that change no trial: what it asks, and how many trials of which fixes it runs.
var notCompared = []string{"asks", "pairs", "fixes", "quick", "budget", "load"}

// scenarioDifferences compares two resolved scenarios, value by value.
func scenarioDifferences(a, b json.RawMessage) []string {
	one, other := leaves(a), leaves(b)
	names := map[string]bool{}
	for name := range one {
		names[name] = true
	}
	for name := range other {
		names[name] = true
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if x, y := valueOf(one, name), valueOf(other, name); x != y {
			all = append(all, fmt.Sprintf("scenario, %s: %s against %s", name, x, y))
		}
	}
	return all
}

func valueOf(leaves map[string]string, name string) string {
	if v, ok := leaves[name]; ok {
		return v
	}
	return "none"
}

// leaves are a scenario's values by their paths, such as phases.steady or streams[0].rate. An empty value equals a
// missing one: an older program's scenario lacks the newer fields.
func leaves(scenario json.RawMessage) map[string]string {
	all := map[string]string{}
	decoder := json.NewDecoder(bytes.NewReader(scenario))
	decoder.UseNumber() // 3e9 and 3000000001 would be the same as float64 of few digits
	var root any
	if err := decoder.Decode(&root); err != nil {
		return all // a run without a scenario: run.json was checked to be JSON
	}
	if fields, ok := root.(map[string]any); ok {
		for _, name := range notCompared {
			delete(fields, name)
		}
	}
	addLeaves(all, "", root)
	return all
}

func addLeaves(all map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			addLeaves(all, strings.TrimPrefix(path+"."+name, "."), field)
		}
	case []any:
		for i, element := range v {
			addLeaves(all, path+"["+strconv.Itoa(i)+"]", element)
		}
	case nil:
	default:
		if text := fmt.Sprint(v); text != "" && text != "0" && text != "false" {
			all[path] = text
		}
	}
}

// runDifferences are differences that are only warned of.
func runDifferences(a, b results.Run) []Warning {
	var all []Warning
	if a.Pinning != b.Pinning && (a.Pinning == nil || b.Pinning == nil || *a.Pinning != *b.Pinning) {
		all = append(all, Warning{
			What:   fmt.Sprintf("the processes were kept to different cores: A %s, B %s", pinning(a.Pinning), pinning(b.Pinning)),
			Remedy: "run both with --pin, or both without",
		})
	}
	if a.Profiled != b.Profiled {
		which := "A"
		if b.Profiled {
			which = "B"
		}
		all = append(all, Warning{
			What:   "only the workers of run " + which + " were profiled and traced: its figures include what that cost",
			Remedy: "run both with --profile, or both without",
		})
	}
	for _, r := range []struct {
		name string
		run  results.Run
	}{{"A", a}, {"B", b}} {
		if r.run.Status != results.Complete {
			all = append(all, Warning{What: "run " + r.name + " is partial"})
		}
	}
	return all
}

func pinning(p *results.Pinning) string {
	if p == nil {
		return "on all"
	}
	return "worker on " + p.Worker + ", others on " + p.Others
}
