package report

import (
	"fmt"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
)

// header says what was run, on what machine, how quiet it was, and what could have been seen there.
func (p *printer) header(s summary.Summary) {
	p.line("")
	p.line("%s, seed %d, %s a fix, change after seen from before with its 95 %% interval, margin %.0f %%",
		s.Run.Name, s.Run.Seed, units.Count(s.Run.Pairs, "pair"), 100*s.Run.Margin)
	p.environment(s.Run.Environment)
	p.line("%s", members(s.Run))
	if pin := s.Run.Pinning; pin != nil {
		p.line("pinned: worker to cores %s, members and orchestrator to cores %s", pin.Worker, pin.Others)
	}
	if stop := s.Run.Stop; stop != nil {
		p.line("pairs: added until each fix's 95 %% interval is within +-%s, at most %d a fix%s; never by where it lies",
			percent(stop.Width), stop.MaxPairs, within(stop))
	}
	if s.Run.Load != nil {
		p.line("%s", Load(*s.Run.Load))
	}
	p.before(s.Run)
	p.noise(s.Noise)
	p.calibration(s)
	p.detectable(s.Fixes)
	p.line("")
}

// Load says in one line which load all trials of a run had, and how it was found.
func Load(l results.Load) string {
	switch text := fmt.Sprintf("load: %s %d", l.Setting, l.Value); {
	case l.Given:
		return text + ", as asked for"
	case l.Expected > l.Share:
		return fmt.Sprintf("%s, the least: batches of the slowest arm (%s) take %.0f %% of this machine, more than %.0f %%",
			text, l.Slowest, 100*l.Expected, 100*l.Share)
	default:
		return fmt.Sprintf("%s (%d to %d): batches of the slowest arm (%s) are to take %.0f %% of the machine, at most %.0f %%",
			text, l.Least, l.Most, l.Slowest, 100*l.Expected, 100*l.Share)
	}
}

// members says where the members lived.
func members(run results.Run) string {
	switch {
	case run.Cluster == results.NoCluster:
		return "no cluster; the seed fixes the order of the trials"
	case run.External != nil:
		var at []string
		for _, m := range run.External.Members {
			at = append(at, m.Name+" "+m.Endpoint)
		}
		return fmt.Sprintf("members: external cluster %s (%s); the seed fixes plans and order, not etcd's elections",
			run.External.ClusterID, strings.Join(at, ", "))
	case run.Moments != "":
		return fmt.Sprintf("members: %s of another etcd, whose %s who led, data on %s; the seed fixes plans and "+
			"order, not etcd's elections", run.Cluster, tells(run.Moments), run.DataRoot)
	default:
		return fmt.Sprintf("members: %s, data on %s; the seed fixes plans and order, not etcd's elections",
			run.Cluster, run.DataRoot)
	}
}

// tells says what told of raft's moments.
func tells(moments string) string {
	if moments == results.MomentsAsked {
		return "answers say"
	}
	return "logs say"
}

func (p *printer) environment(e results.Environment) {
	p.line("%s, %s, Linux %s, %s, etcd %s, aftershock %s (%s)",
		e.CPU, e.Processors(), e.Kernel, e.Go, e.Etcd, e.Aftershock, shortCommit(e.Commit))
}

func within(stop *results.Stop) string {
	if stop.MaxTime == 0 {
		return ""
	}
	return " and " + units.Short(stop.MaxTime)
}

func shortCommit(c string) string {
	revision, dirty, _ := strings.Cut(c, "-")
	if len(revision) > 12 {
		revision = revision[:12]
	}
	if dirty != "" {
		return revision + "-" + dirty
	}
	return revision
}

// before says how busy others kept the machine before the run began or was last resumed, and how long it waited for
// calm.
func (p *printer) before(run results.Run) {
	var parts []string
	if n := len(run.Looks); n > 0 {
		parts = append(parts, run.Looks[n-1].String())
	}
	if run.Patience != nil && run.Waited > 0 {
		parts = append(parts, fmt.Sprintf("waited %s for calm before its blocks, %s at most",
			units.Latency(run.Waited), units.Short(run.Patience.Run.Round(time.Second))))
	}
	if len(parts) > 0 {
		p.line("machine before the run: %s", strings.Join(parts, "; "))
	}
}

func (p *printer) noise(n summary.Noise) {
	if n.Trials == 0 {
		return
	}
	pressure := "no PSI in this kernel"
	if n.Pressure.Known {
		pressure = fmt.Sprintf("PSI cpu %s, io %s, memory %s",
			percent(n.Pressure.CPU), percent(n.Pressure.IO), percent(n.Pressure.Memory))
	}
	others := "others not known"
	if n.Known {
		others = fmt.Sprintf("others %s, worst %s", percent(n.Strangers), percent(n.StrangersWorst))
	}
	p.line("machine over %s: %s; steal %s, worst %s; %s; load %.2f", units.Count(n.Trials, "trial"), others,
		percent(n.Steal),
		percent(n.StealWorst), pressure, n.Load)
}

// calibration quotes the false alarms of the harness on this machine with identical arms, for the metrics that give
// this run's verdicts. If there is no calibration, the summary warns of it.
func (p *printer) calibration(s summary.Summary) {
	c := s.Run.Calibration
	if c == nil {
		return
	}
	made := c.Made.UTC().Format("2006-01-02")
	if c.Quick {
		p.line("calibration of %s: quick, so no false-alarm rate is claimed", made)
	}
	var unrated []string
	for _, m := range primaries(s.Fixes) {
		rates := ratesOf(c, m)
		if len(rates) == 0 {
			unrated = append(unrated, longName(m))
			continue
		}
		p.line("calibration of %s: identical arms differed in %s: %s (nominal %s)", made, longName(m),
			strings.Join(rates, ", "), percent(c.Rates[0].Nominal))
	}
	if len(unrated) > 0 && !c.Quick {
		p.list("calibration of "+made+": no false-alarm rate for", unrated)
	}
	for _, check := range c.Checks {
		switch {
		case check.Undecided:
			p.line("calibration of %s: undecided: %s: %s", made, check.Name, check.Shown)
		case !check.Holds:
			p.line("calibration of %s: NOT SOUND: %s: %s", made, check.Name, check.Shown)
		}
	}
}

// ratesOf are a metric's rates, in words. Those of the same metric in another phase are quoted too: cluster-free trials
// have no trigger, and far more of them are run.
func ratesOf(c *results.Calibration, m results.Metric) (rates []string) {
	for _, r := range c.Rates {
		if r.Metric.Name != m.Name {
			continue
		}
		phase := ""
		if r.Metric.Phase != m.Phase {
			phase = phaseName(r.Metric) + ", "
		}
		rates = append(rates, fmt.Sprintf("%d of %d A/A runs (%s%s), a rate of at most %s",
			r.Alarms, r.Runs, phase, r.Through, percent(r.Upper)))
	}
	return rates
}

// primaries are the metrics that give the fixes' verdicts, each once.
func primaries(fixes []summary.Fix) (all []results.Metric) {
	seen := map[results.Metric]bool{}
	for _, f := range fixes {
		if m := f.Fix.Primary; !seen[m] {
			seen[m] = true
			all = append(all, m)
		}
	}
	return all
}

func afterHolm(fixes int) string {
	if fixes < 2 {
		return ""
	}
	return fmt.Sprintf(" after Holm over %d fixes", fixes)
}

func (p *printer) detectable(fixes []summary.Fix) {
	var all []string
	for _, f := range fixes {
		if c := f.Primary.Change; c != nil && c.Detectable != 0 {
			all = append(all, f.Name+" "+units.Change(c.Detectable, f.Primary.Unit, relative(f.Primary)))
		}
	}
	if len(all) > 0 {
		p.list("detectable, 4 times out of 5"+afterHolm(len(fixes))+":", all)
	}
}
