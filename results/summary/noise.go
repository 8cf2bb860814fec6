package summary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
)

// Above these limits the machine itself is a reason to doubt: a real difference may be called none.
const (
	crowded = 0.10 // mean share of the CPU time that other processes took
	stolen  = 0.01 // mean share of the CPU time that a hypervisor gave to others
)

// tardy is the P99 of the generator's own lateness, over the median trial, above which it shows in what it measures. On
// a machine with room it is below a millisecond.
const tardy = 5 * time.Millisecond

// worker is the role of the process that both generates load and is measured.
const worker = "worker"

// noiseOf looks at all trials of a run that left a record. Trials without measurements are only counted.
func noiseOf(fixes [][]*trialData) Noise {
	n := Noise{Processes: []Setup{}}
	var measured []*trialData
	for _, d := range slices.Concat(fixes...) {
		if d.Schema == 0 {
			continue // known by its folder's name alone
		}
		n.Trials++
		n.processes(d.side, d.Processes)
		if d.Machine.Measured() {
			measured = append(measured, d)
		}
	}
	slices.SortFunc(measured, inOrder)
	slices.SortFunc(n.Processes, func(a, b Setup) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(armOrder(a.Arm), armOrder(b.Arm)),
			cmp.Compare(a.GOMAXPROCS, b.GOMAXPROCS), cmp.Compare(a.GOGC, b.GOGC), cmp.Compare(a.Cores, b.Cores))
	})
	n.machine(measured)
	n.Standstills = standstills(measured)
	n.generator(slices.Concat(fixes...))
	return n
}

// generator looks at how late operations were sent, in the trials that can be judged.
func (n *Noise) generator(trials []*trialData) {
	var all []float64
	for _, d := range trials {
		if late := d.Generator.LatenessP99; late > 0 && d.Invalid == "" {
			all, n.lateWorst = append(all, float64(late)), max(n.lateWorst, late)
		}
	}
	median, _ := stat.Median(all)
	n.late = time.Duration(median)
}

// processes adds set-ups that the arm has not had yet.
func (n *Noise) processes(arm results.Arm, all []results.Process) {
	for _, p := range all {
		if p.Role != worker && p.Role != "orchestrator" {
			p.Role = "member"
		}
		if s := (Setup{Arm: arm, Process: p}); !slices.Contains(n.Processes, s) {
			n.Processes = append(n.Processes, s)
		}
	}
}

// SetUp lists how a role's processes were set up in an arm.
func (n Noise) SetUp(role string, arm results.Arm) (all []results.Process) {
	for _, s := range n.Processes {
		if s.Role == role && s.Arm == arm {
			all = append(all, s.Process)
		}
	}
	return all
}

func (n *Noise) machine(trials []*trialData) {
	var strangers, load, cpu, io, memory []float64
	for _, d := range trials {
		m := d.Machine
		n.Steal += m.Steal / float64(len(trials))
		n.StealWorst = max(n.StealWorst, m.Steal)
		if taken, ok := m.Taken(results.Measured); ok && taken.Known {
			strangers = append(strangers, taken.Strangers)
		}
		load = append(load, m.Load)
		if m.Pressure.Known {
			n.Pressure.Known = true
			cpu, io, memory = append(cpu, m.Pressure.CPU), append(io, m.Pressure.IO), append(memory, m.Pressure.Memory)
		}
	}
	for _, share := range strangers {
		n.Known, n.StrangersWorst = true, max(n.StrangersWorst, share)
		n.Strangers += share / float64(len(strangers))
	}
	n.Load, _ = stat.Median(load)
	n.Pressure.CPU, _ = stat.Median(cpu)
	n.Pressure.IO, _ = stat.Median(io)
	n.Pressure.Memory, _ = stat.Median(memory)
}

// warnings are about what a change between the arms must not be taken for: the machine's doing, or that of a set-up.
func (n Noise) warnings() (all []Warning) {
	const remedy = "stop other programs on the machine, or use one that is not shared: " +
		"verdicts stay valid, and intervals get narrower"
	if n.Strangers > crowded {
		all = append(all, Warning{
			What: fmt.Sprintf("the machine is shared: other processes took %.0f %% of its CPU time, and %.0f %% in the worst "+
				"trial",
				100*n.Strangers, 100*n.StrangersWorst),
			Remedy: remedy,
		})
	}
	if n.Steal > stolen {
		all = append(all, Warning{
			What: fmt.Sprintf("the machine is shared: a hypervisor gave %.1f %% of its CPU time to others, and %.1f %% in the "+
				"worst trial",
				100*n.Steal, 100*n.StealWorst),
			Remedy: remedy,
		})
	}
	if n.late > tardy {
		all = append(all, Warning{
			What: fmt.Sprintf("the load generator was late itself: 1 operation in 100 began %s or more after it was "+
				"due in the median trial, and %s in the worst; times run from when it was due, so that the tails "+
				"hold this too",
				units.Short(n.late.Round(100*time.Microsecond)), units.Short(n.lateWorst.Round(100*time.Microsecond))),
			Remedy: "stop other programs, use a machine with more cores, or lower the rate: until then, take a tail " +
				"of that size for the machine's and not the service's",
		})
	}
	all = append(all, standstillWarnings(n.Standstills)...)
	before, after := n.SetUp(worker, results.Before), n.SetUp(worker, results.After)
	if len(before) > 0 && len(after) > 0 && !slices.Equal(before, after) { // an arm without a set-up does not differ
		all = append(all, Warning{
			What:   fmt.Sprintf("the arms' workers were set up differently: before %s, after %s", setUps(before), setUps(after)),
			Remedy: "the set-up may have caused the change: run both arms with the same GOMAXPROCS, GOGC and cores",
		})
	}
	return all
}

func setUps(all []results.Process) string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = fmt.Sprintf("GOMAXPROCS %d, GOGC %d, cores %s", p.GOMAXPROCS, p.GOGC, p.Cores)
	}
	return strings.Join(texts, " and ")
}
