package affinity

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
)

// Split divides cores in two halves, so that the worker (generator and workload) and everything else (members and
// orchestrator) do not compete: the others have one more when the number is odd. The hardware threads of one physical
// core stay together where they can, because they share its arithmetic and its caches. One core cannot be divided.
func Split(cores []int) (worker, others []int, err error) { return split(cores, physical) }

func split(cores []int, physical func(core int) int) (worker, others []int, err error) {
	cores = ordered(cores)
	if len(cores) < 2 {
		return nil, nil, fmt.Errorf("pinning keeps the worker and the cluster to different cores, which takes two: "+
			"this process may run on %q only", Format(cores))
	}
	of := map[int]int{}
	for _, core := range cores {
		of[core] = physical(core)
	}
	slices.SortStableFunc(cores, func(a, b int) int { return cmp.Compare(of[a], of[b]) })
	half := len(cores) / 2
	worker, others = slices.Clone(cores[:half]), slices.Clone(cores[half:])
	slices.Sort(worker)
	slices.Sort(others)
	return worker, others, nil
}

// physical names the physical core of one that the kernel counts, by the first of the hardware threads that share it. A
// kernel that does not tell leaves each for itself.
//
// https://docs.kernel.org/admin-guide/cputopology.html
func physical(core int) int {
	text, err := os.ReadFile("/sys/devices/system/cpu/cpu" + strconv.Itoa(core) + "/topology/thread_siblings_list")
	if err != nil {
		return core
	}
	siblings, err := Parse(string(text))
	if err != nil || len(siblings) == 0 {
		return core
	}
	return siblings[0]
}
