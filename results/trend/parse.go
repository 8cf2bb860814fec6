package trend

import (
	"fmt"
	"math"
	"path"
	"slices"

	"aftershock/internal/jsonfile"
	"aftershock/results/stat"
)

// Parse reads a night's file. Name is its path, for errors; its last part has to be the one that Text gave it. All
// problems are reported as file:line:column: field: message.
func Parse(name string, data []byte) (Night, error) {
	n, err := jsonfile.Read(name, data, checkNight)
	if err != nil {
		return Night{}, err
	}
	if err := checkName(path.Base(name), data, n.Started); err != nil {
		return Night{}, err
	}
	return n, nil
}

func checkNight(n *Night, report jsonfile.Report) {
	if n.Schema != Schema {
		report("schema", "is %d (this program knows %d)", n.Schema, Schema)
		return
	}
	required(report, "job", n.Job)
	required(report, "policy.digest", n.Policy.Digest)
	if n.Started.IsZero() {
		report("started", "is no time")
	}
	if n.Ended.Before(n.Started) {
		report("ended", "lies %s before started: the clock went backwards during the night", n.Started.Sub(n.Ended))
	}
	if !(n.Policy.Margin > 0 && n.Policy.Margin < 1) {
		report("policy.margin", "is %v (allowed: above 0, below 1)", n.Policy.Margin)
	}
	if !(n.Policy.Finds > n.Policy.Margin && n.Policy.Finds <= 1) {
		report("policy.finds", "is %v (allowed: above the margin, at most 1)", n.Policy.Finds)
	}
	if len(n.Runs)+len(n.Missed) == 0 {
		report("runs", "has no entry, and missed neither")
	}
	for i := range n.Runs {
		n.Runs[i].check(fmt.Sprintf("runs[%d]", i), report)
	}
}

func required(report jsonfile.Report, path, value string) {
	if value == "" {
		report(path, "is empty")
	}
}

func (r *Run) check(path string, report jsonfile.Report) {
	for _, f := range []struct{ name, value string }{
		{"id", r.ID}, {"scenario", r.Scenario}, {"plan_digest", r.PlanDigest}, {"bucket", r.Bucket},
		{"baseline", r.Baseline}, {"candidate", r.Candidate}, {"command", r.Command},
	} {
		required(report, path+"."+f.name, f.value)
	}
	if r.Pairs < 1 {
		report(path+".pairs", "is %d (allowed: 1 or more)", r.Pairs)
	}
	if len(r.Figures) == 0 {
		report(path+".figures", "has no entry")
	}
	for i := range r.Figures {
		r.Figures[i].check(fmt.Sprintf("%s.figures[%d]", path, i), report)
	}
}

func (f *Figure) check(path string, report jsonfile.Report) {
	required(report, path+".fix", f.Fix)
	required(report, path+".metric.name", f.Metric.Name)
	if !(f.Margin > 0) {
		report(path+".margin", "is %v (allowed: above 0)", f.Margin)
	}
	if f.N == 0 && len(f.Pairs) == 0 && f.Method == stat.NoInterval {
		required(report, path+".lost", f.Lost)
		return
	}
	if len(f.Before) != len(f.Pairs) || len(f.After) != len(f.Pairs) || len(f.Changes) != len(f.Pairs) {
		report(path+".pairs", "has %d entries, before %d, after %d and changes %d", len(f.Pairs), len(f.Before),
			len(f.After), len(f.Changes))
		return
	}
	again := *f
	if err := again.Compare(); err != nil {
		report(path, "cannot be compared: %v", err)
		return
	}
	f.checkComputed(path, again, report)
}

// checkComputed holds what a file says against what follows from its pairs.
func (f *Figure) checkComputed(path string, again Figure, report jsonfile.Report) {
	if !slices.EqualFunc(f.Changes, again.Changes, alike) {
		report(path+".changes", "are not what before and after give")
	}
	for _, v := range []struct {
		name       string
		says, must float64
	}{{"value", f.Value, again.Value}, {"low", f.Low, again.Low}, {"high", f.High, again.High}} {
		if !alike(v.says, v.must) {
			report(path+"."+v.name, "is %v, and the pairs give %v", v.says, v.must)
		}
	}
	if f.N != again.N || f.Method != again.Method || f.Open != again.Open {
		report(path+".n", "is %d by %q, open %q, and the pairs give %d by %q, open %q", f.N, f.Method, f.Open, again.N,
			again.Method, again.Open)
	}
}

// alike tells whether two numbers are the same but for how a processor rounds.
func alike(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b))
}
