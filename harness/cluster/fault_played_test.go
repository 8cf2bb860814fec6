package cluster

import (
	"flag"
	"slices"
	"sync"
	"testing"

	"aftershock/chaos/faults"
)

// observed are the names of the faults of which playFault has seen the effect and the recovery.
var observed sync.Map

func wasObserved(fault string) bool {
	_, ok := observed.Load(fault)
	return ok
}

// unplayed lists the faults that can be played and were not, so that none lands without a test on a real cluster.
func unplayed(played func(fault string) bool) (missing []string) {
	for _, f := range faults.All() {
		if f.Unavailable == "" && !played(f.Name) {
			missing = append(missing, f.Name)
		}
	}
	return missing
}

// allRan tells whether no flag kept tests of the package from running.
func allRan() bool {
	return !testing.Short() && !slices.ContainsFunc([]string{"run", "skip", "list"}, func(name string) bool {
		return flag.Lookup("test."+name).Value.String() != ""
	})
}

func TestAFaultThatNoTestPlaysIsFound(t *testing.T) {
	for _, f := range faults.All() {
		got := unplayed(func(name string) bool { return name != f.Name })
		if want := f.Unavailable == ""; slices.Equal(got, []string{f.Name}) != want {
			t.Errorf("when only %s is not played, the missing are %q", f.Name, got)
		}
	}
}
