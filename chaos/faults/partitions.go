package faults

import (
	"math/rand/v2"
	"strings"

	"aftershock/chaos/plan"
)

// draws is where a fault's own choices come from.
func draws(e plan.Event) *rand.Rand { return rand.New(rand.NewPCG(e.Params.Seed(), 0)) }

// listed is names as a moment shows them: "n1,n3".
func listed(names []string) string { return strings.Join(names, ",") }
