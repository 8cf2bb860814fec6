package chaos_test

import (
	"fmt"

	"aftershock/chaos"
)

// A leader that is cut off still believes in itself. The cluster follows another as soon as a majority does.
func ExampleFollowing() {
	f := chaos.NewFollowing([]string{"n1", "n2", "n3"})
	for _, member := range []string{"n1", "n2", "n3"} {
		f.Take(chaos.Observation{Member: member, Kind: chaos.Changed, Leader: "n1", Term: 2})
	}
	fmt.Println(f.Leader())

	for _, cutOff := range []string{"n2", "n3"} {
		f.Take(chaos.Observation{Member: cutOff, Kind: chaos.Lost, Leader: "n1"})
	}
	_, ok := f.Leader()
	fmt.Println("followed:", ok)

	f.Take(chaos.Observation{Member: "n2", Kind: chaos.Elected, Leader: "n2", Term: 3})
	f.Take(chaos.Observation{Member: "n3", Kind: chaos.Changed, Leader: "n2", Term: 3})
	fmt.Println(f.Leader())
	// Output:
	// {n1 2} true
	// followed: false
	// {n2 3} true
}
