package mapgrowth

import (
	"fmt"
	"maps"
	"testing"

	"aftershock/scenarios/collector"
)

var arms = map[string]collector.Maps{"before": growing{}, "reused": reused{}, "presized": presized{}}

func fill(into map[string]any, n int) {
	for i := range n {
		into[fmt.Sprintf("n1:etcd_series_%d:value", i)] = i
	}
}

func TestEachBatchBeginsEmptyAndHoldsTheSame(t *testing.T) {
	const n = 1000
	want := map[string]any{}
	fill(want, n)
	for name, arm := range arms {
		old := map[string]any{"n1:gone": 1.0}
		for range 3 {
			m := arm.Map(old, n)
			if len(m) > 0 {
				t.Errorf("%s begins with %v", name, m)
			}
			fill(m, n)
			if !maps.Equal(m, want) {
				t.Errorf("%s holds %d series, want %d", name, len(m), n)
			}
			old = m
		}
	}
}

// Filling is what the arms differ in: only the map that grows has to be allocated for meanwhile.
func TestOnlyTheDefectAllocatesWhileItIsFilled(t *testing.T) {
	const n = 1000
	keys := make([]string, n)
	var value any = 1.0
	for i := range keys {
		keys[i] = fmt.Sprintf("n1:etcd_series_%d:value", i)
	}
	for name, arm := range arms {
		var old map[string]any
		for range 2 { // what is reused has its size from the first
			old = make(map[string]any, n)
		}
		made := testing.AllocsPerRun(5, func() { old = arm.Map(old, n) })
		both := testing.AllocsPerRun(5, func() {
			old = arm.Map(old, n)
			for _, key := range keys {
				old[key] = value
			}
		})
		if grew := both-made > 0; grew != (name == "before") {
			t.Errorf("%s: making the map allocates %v times, filling it %v times more", name, made, both-made)
		}
	}
}

// What growing costs is shown by a map that is as new with each batch as one that grows. The reused one is not.
func TestOnlyTheReusedMapIsTheOneBefore(t *testing.T) {
	for name, arm := range arms {
		old := map[string]any{}
		arm.Map(old, 10)["n1:up"] = 1.0
		if same := len(old) > 0; same != (name == "reused") {
			t.Errorf("%s gives the map before: %v", name, same)
		}
	}
	if allocates := testing.AllocsPerRun(5, func() { reused{}.Map(map[string]any{}, 1000) }); allocates > 0 {
		t.Errorf("the reused map allocates %v times", allocates)
	}
}

func BenchmarkFill(b *testing.B) {
	const n = 8000
	keys := make([]string, n)
	var value any = 1.0
	for i := range keys {
		keys[i] = fmt.Sprintf("n1:etcd_series_%d:value", i)
	}
	for name, arm := range arms {
		b.Run(name, func(b *testing.B) {
			old := make(map[string]any, n)
			b.ReportAllocs()
			for b.Loop() {
				old = arm.Map(old, n)
				for _, key := range keys {
					old[key] = value
				}
			}
		})
	}
}
