package noise

import (
	"fmt"
	"strings"
	"time"

	"aftershock/results"
)

// Judge says why the machine has spoilt the first or the second trial of a pair; empty when it has not. They are in
// the order in which they ran, and nothing in the answer depends on which arm was which.
//
// Three canaries surround a pair: before the first trial, between the two, and after the second. A trial is spoilt
// when the slower of its own two took longer than the fastest of all by more than the share drift; one between the
// trials spoils both. A canary of 0 was not run, and is not judged. A trial is spoilt as well when others had more
// than the share steal of the machine's CPU time. Pressure and load are not looked at: a slow arm causes them itself.
//
// What is sensible follows from the canary's own spread. On a virtual machine with two cores, one of which it had for
// itself, three canaries some seconds apart differed by 3 % in the median, by less than 7 % in 9 of 10 cases, and by
// more than 25 % in 1 of 724. Beside one busy process a core it took twice as long in 60 of 75 cases, and found a core
// free in the others. So 25 % finds such neighbours, and sets almost no pair aside for nothing. Steal on the same
// machine was 0.04 %. A hypervisor takes a core away for milliseconds at a time, which delays whatever is due on it:
// 2 % are already twice the share of operations that P99 looks at.
func Judge(first, second results.Machine, drift, steal float64) (firstWhy, secondWhy string) {
	best := fastest(first.CanaryBefore, first.CanaryAfter, second.CanaryBefore, second.CanaryAfter)
	return judge(first, best, drift, steal), judge(second, best, drift, steal)
}

// fastest is the shortest time of those that were measured; 0 when none was.
func fastest(canaries ...time.Duration) (best time.Duration) {
	for _, c := range canaries {
		if c > 0 && (best == 0 || c < best) {
			best = c
		}
	}
	return best
}

func judge(m results.Machine, best time.Duration, drift, steal float64) string {
	var why []string
	if m.Steal > steal {
		why = append(why, fmt.Sprintf("others had %.2f %% of its CPU time during the trial, more than %.4g %%",
			100*m.Steal, 100*steal))
	}
	slower, when := m.CanaryBefore, "before"
	if m.CanaryAfter > slower {
		slower, when = m.CanaryAfter, "after"
	}
	if float64(slower) > float64(best)*(1+drift) {
		why = append(why, fmt.Sprintf("the canary took %s %s the trial and %s in the pair's best, more than %.4g %% longer",
			milliseconds(slower), when, milliseconds(best), 100*drift))
	}
	if len(why) == 0 {
		return ""
	}
	return "machine: " + strings.Join(why, "; ")
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", 1e3*d.Seconds()) }
