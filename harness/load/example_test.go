package load_test

import (
	"fmt"
	"time"

	"aftershock/harness/load"
)

// When operations are due is known beforehand, and does not depend on how long those before take. Between
// windows nothing is due.
func ExampleSchedule() {
	windows := []load.Window{{From: 0, To: 1e9}, {From: 2e9, To: 2.5e9}}
	times, err := load.Schedule{Rate: 4, Arrival: load.Constant, Windows: windows}.Intended()
	if err != nil {
		panic(err)
	}
	for _, at := range times {
		fmt.Println(time.Duration(at))
	}
	// Output:
	// 0s
	// 250ms
	// 500ms
	// 750ms
	// 2s
	// 2.25s
}
