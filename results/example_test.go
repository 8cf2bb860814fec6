package results_test

import (
	"fmt"
	"time"

	"aftershock/results"
)

// The trigger holds once a fault, so it has several windows.
func ExampleTrial_Windows() {
	at := func(d time.Duration) results.Offset { return results.Offset(d) }
	trial := results.Trial{Phases: []results.Phase{
		{Name: results.Steady, From: at(5 * time.Second), To: at(15 * time.Second)},
		{Name: results.InFault, From: at(15 * time.Second), To: at(35 * time.Second)},
		{Name: results.UnderTrigger, From: at(16 * time.Second), To: at(20 * time.Second)},
		{Name: results.UnderTrigger, From: at(26 * time.Second), To: at(29 * time.Second)},
	}}
	windows := trial.Windows(results.UnderTrigger)
	for _, w := range windows {
		fmt.Println(w.Length())
	}
	fmt.Println("at 22 s:", windows.Holds(at(22*time.Second)), trial.PhaseAt(at(22*time.Second)))
	fmt.Println("at 27 s:", windows.Holds(at(27*time.Second)), trial.PhaseAt(at(27*time.Second)))
	// Output:
	// 4s
	// 3s
	// at 22 s: false fault
	// at 27 s: true trigger
}
