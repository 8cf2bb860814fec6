package affinity

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	alone := func(core int) int { return core }
	// 0 and 1 share a physical core; or 0 and the one that is so far away.
	pairs := func(core int) int { return core &^ 1 }
	across := func(of int) func(int) int { return func(core int) int { return core % of } }
	for _, c := range []struct {
		name           string
		cores          string
		physical       func(int) int
		worker, others string
	}{
		{"two", "0-1", alone, "0", "1"},
		{"three", "0-2", alone, "0", "1-2"},
		{"what a cpuset leaves", "3,5,8-9", alone, "3,5", "8-9"},
		{"one physical core", "0-1", pairs, "0", "1"},
		{"threads side by side", "0-7", pairs, "0-3", "4-7"},
		{"threads far apart", "0-7", across(4), "0-1,4-5", "2-3,6-7"},
		{"an odd number of physical cores", "0-5", across(3), "0-1,3", "2,4-5"},
	} {
		all, err := Parse(c.cores)
		if err != nil {
			t.Fatal(err)
		}
		worker, others, err := split(all, c.physical)
		if err != nil || Format(worker) != c.worker || Format(others) != c.others {
			t.Errorf("%s: %s for the worker, %s for the others, %v, want %s and %s",
				c.name, Format(worker), Format(others), err, c.worker, c.others)
		}
		if len(worker)+len(others) != len(all) {
			t.Errorf("%s: %v and %v are not %v", c.name, worker, others, all)
		}
	}
}

func TestSplitTakesTwoCores(t *testing.T) {
	for list, want := range map[string][]int{"3": {3, 3}, "": nil} {
		_, _, err := Split(want)
		if err == nil || !strings.Contains(err.Error(), `takes two: this process may run on "`+list+`" only`) {
			t.Errorf("cores %v: %v", want, err)
		}
	}
}

// Whatever this machine has, both sides get some of it, and none is lost.
func TestSplitOfThisMachine(t *testing.T) {
	all := cores(t)
	for len(all) < 2 {
		all = append(all, all[0]+1)
	}
	worker, others, err := Split(all)
	if err != nil || len(worker) != len(all)/2 || Format(append(worker, others...)) != Format(all) {
		t.Errorf("%v: %v for the worker, %v for the others, %v", all, worker, others, err)
	}
}
