package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// These faults of the machine are known, but not available here: they need more rights than an ordinary user has. They
// are in the catalogue so that a reader who looks for one learns why, and what to use instead. Plans with them are
// refused.
//
// Jepsen has clocks (bump, strobe), packets (netem) and lost writes (LazyFS), and Chaos Mesh has IOChaos and TimeChaos.
var (
	clockJump  = unavailable("clock-jump", "a member's clock jumps ahead or back", clockOfItsOwn)
	clockDrift = unavailable("clock-drift", "a member's clock runs faster or slower than the others'", clockOfItsOwn)
	diskSlow   = unavailable("disk-slow", "a member's writes and fsyncs take longer",
		"a block device or file system whose speed can be changed, and so root and a device mapper, or FUSE")
	diskFull = unavailable("disk-full", "a member's disk has no space left for log and backend",
		"a file system of each member's own with a limited size, and so root to mount it "+
			"(quota-exceeded fills the backend)")
	lostUnsyncedWrites = unavailable("lost-unsynced-writes", "a member is killed and loses whatever it had not fsynced",
		"a file system that forgets what was not fsynced, such as LazyFS, and so root and FUSE or a device mapper")
	packetLoss        = unavailable("packet-loss", "packets between members are lost", packetSwitch)
	packetDuplication = unavailable("packet-duplication", "packets between members arrive twice", packetSwitch)
	packetReordering  = unavailable("packet-reordering", "packets between members overtake each other", packetSwitch)
	packetCorruption  = unavailable("packet-corruption", "packets between members arrive with flipped bits",
		packetSwitch)
)

const (
	clockOfItsOwn = "a clock that one process can be given of its own (libfaketime does nothing to Go, and a time " +
		"namespace shifts only the monotonic clock, when it is created)"
	packetSwitch = "root and a network namespace for each member with a packet switch between them " +
		"(links carry bytes, which TCP has already put in order)"
)

// unavailable is a fault that no runtime can inject.
func unavailable(name, summary, needs string) chaos.Fault {
	return chaos.Fault{
		FaultRule: plan.FaultRule{Name: name, Held: true, Aim: plan.AtMember, Unavailable: needs},
		Group:     chaos.OfMachine,
		Summary:   summary,
		Inject: func(context.Context, chaos.Target, plan.Event) (chaos.Ongoing, error) {
			return nil, fmt.Errorf("%s is not available: it needs %s", name, needs)
		},
	}
}
