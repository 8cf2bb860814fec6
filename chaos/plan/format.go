package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Title begins the first line of plans, before the version.
const Title = "# aftershock plan, version "

const version = 1

// Format writes plans as text: the same plans give the same bytes. Parse reads them back.
//
//	# aftershock plan, version 1
//	plan scenario=leader-churn seed=7 pair=1
//	client name=collector pin=follower.1
//	event id=e1 at=3.268s fault=leader-transfer target=leader to=client.collector
//	event id=e2 at=3.921s fault=partition-leader target=client.collector for=5s
//	event id=e3 at=9.2s fault=link-latency target=leader for=1s jitter=5ms latency=50ms on=peers
func Format(plans []Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%d\n", Title, version)
	for i, p := range plans {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "plan scenario=%s seed=%d pair=%d\n", p.Scenario, p.Seed, p.Pair)
		for _, c := range p.Clients {
			fmt.Fprintf(&b, "client name=%s pin=%s\n", c.Name, c.Pin)
		}
		for _, e := range p.Events {
			formatEvent(&b, e)
		}
	}
	return b.String()
}

func formatEvent(b *strings.Builder, e Event) {
	fmt.Fprintf(b, "event id=%s at=%v fault=%s", e.ID, e.At, e.Fault)
	if e.Target != "" {
		fmt.Fprintf(b, " target=%s", e.Target)
	}
	if e.To != "" {
		fmt.Fprintf(b, " to=%s", e.To)
	}
	if e.For != 0 {
		fmt.Fprintf(b, " for=%v", e.For)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		fmt.Fprintf(b, " %s=%s", name, e.Params[name])
	}
	b.WriteByte('\n')
}

// Digest is the SHA-256 of the plans' text, in hexadecimal.
func Digest(plans []Plan) string {
	sum := sha256.Sum256([]byte(Format(plans)))
	return hex.EncodeToString(sum[:])
}
