package summary

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// Above these the machine itself is a reason to doubt: what a run on it calls no difference may be one.
const (
	unsteady = 0.10 // spread of the canary
	stolen   = 0.01 // mean share of the CPU time that went to others
)

// noiseOf looks at all trials of a run that left a record. Those of which nothing was measured, as in runs of a time
// before the canary, are counted and say nothing.
func noiseOf(fixes [][]*trialData) Noise {
	n := Noise{Processes: []results.Process{}}
	var measured []*trialData
	for _, d := range slices.Concat(fixes...) {
		if d.Schema == 0 {
			continue // known by its folder's name alone
		}
		n.Trials++
		n.processes(d.Processes)
		if d.Machine != (results.Machine{}) {
			measured = append(measured, d)
		}
	}
	slices.SortFunc(measured, inOrder)
	slices.SortFunc(n.Processes, func(a, b results.Process) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.GOMAXPROCS, b.GOMAXPROCS), cmp.Compare(a.GOGC, b.GOGC),
			cmp.Compare(a.Cores, b.Cores))
	})
	n.canary(measured)
	n.machine(measured)
	return n
}

// processes adds set-ups that were not met yet.
func (n *Noise) processes(all []results.Process) {
	for _, p := range all {
		if p.Role != "worker" && p.Role != "orchestrator" {
			p.Role = "member"
		}
		if !slices.Contains(n.Processes, p) {
			n.Processes = append(n.Processes, p)
		}
	}
}

// canary looks at the loop between trials. That after one trial is also that before the next: it counts once.
func (n *Noise) canary(trials []*trialData) {
	var all []int64
	for i, d := range trials {
		before, after := int64(d.Machine.CanaryBefore), int64(d.Machine.CanaryAfter)
		if i > 0 && before == int64(trials[i-1].Machine.CanaryAfter) {
			before = 0
		}
		for _, took := range []int64{before, after} {
			if took > 0 {
				all = append(all, took)
			}
		}
	}
	slices.Sort(all)
	middle, ok := stat.Quantile(all, 0.5)
	if !ok {
		return
	}
	low, _ := stat.Quantile(all, 0.05)
	high, _ := stat.Quantile(all, 0.95)
	n.Canary = time.Duration(middle)
	n.CanarySpread = float64(high-low) / 2 / float64(middle)
	n.CanaryWorst = float64(all[len(all)-1])/float64(middle) - 1
}

func (n *Noise) machine(trials []*trialData) {
	var load, cpu, io, memory []float64
	for _, d := range trials {
		m := d.Machine
		n.Steal += m.Steal / float64(len(trials))
		n.StealWorst = max(n.StealWorst, m.Steal)
		load = append(load, m.Load)
		if m.Pressure.Known {
			n.Pressure.Known = true
			cpu, io, memory = append(cpu, m.Pressure.CPU), append(io, m.Pressure.IO), append(memory, m.Pressure.Memory)
		}
	}
	n.Load, _ = stat.Median(load)
	n.Pressure.CPU, _ = stat.Median(cpu)
	n.Pressure.IO, _ = stat.Median(io)
	n.Pressure.Memory, _ = stat.Median(memory)
}

// warnings are about what the machine did by itself.
func (n Noise) warnings() (all []Warning) {
	const remedy = "end what else runs on the machine, or take one that is not shared, and run it again"
	if n.CanarySpread > unsteady {
		all = append(all, Warning{
			What: fmt.Sprintf("the machine is unsteady: the same loop between trials took %v +-%.0f %%, and %.0f %% more at worst",
				n.Canary.Round(time.Microsecond), 100*n.CanarySpread, 100*n.CanaryWorst),
			Remedy: remedy,
		})
	}
	if n.Steal > stolen {
		all = append(all, Warning{
			What: fmt.Sprintf("the machine is shared: %.1f %% of its CPU time went to others, and %.1f %% in the worst trial",
				100*n.Steal, 100*n.StealWorst),
			Remedy: remedy,
		})
	}
	return all
}
