package scenarios

import (
	"fmt"
	"slices"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/document"
)

// faultContext is what a fault spec is checked against. Members and phases are 0 where they could not be read; what
// depends on them is then not checked.
type faultContext struct {
	rules   []plan.FaultRule
	cluster harness.ClusterSpec
	phases  harness.Phases
	words   []string // what can stand for a member
	clients []string // what can stand for a client
	pins    []plan.Client
}

func readFaults(v document.Value, c faultContext) plan.Spec {
	spec := plan.Spec{Members: c.cluster.Members}
	o, ok := v.Object([]string{"events"}, []string{"clients", "mix"})
	if !ok {
		return spec
	}
	c.words = c.memberWords()
	spec.Clients = c.readClients(o["clients"])
	for _, client := range spec.Clients {
		if client.Name != "" {
			c.clients = append(c.clients, "client."+client.Name)
			c.pins = append(c.pins, plan.Client(client))
		}
	}
	events := c.readEvents(o["events"])
	if o["mix"].Given() {
		spec.Mix = c.readMix(o["mix"])
	}
	c.checkEvents(events, spec.Mix)
	for _, e := range events {
		e.At += c.phases.FaultStart()
		spec.Faults = append(spec.Faults, e.FaultSpec)
	}
	return spec
}

// memberWords lists what can stand for a member, or is empty while the number of members is not known.
func (c faultContext) memberWords() []string {
	if c.cluster.Members == 0 {
		return nil
	}
	words := []string{"leader"}
	if c.cluster.Members > 1 {
		words = append(words, "follower")
	}
	for i := range c.cluster.Members {
		words = append(words, fmt.Sprintf("n%d", i+1))
	}
	return words
}

// member reads a word for a member; clients stand for the one that they are pinned to.
func (c faultContext) member(v document.Value) (string, bool) {
	if len(c.words) == 0 {
		return v.Text()
	}
	return v.OneOf("member", slices.Concat(c.words, c.clients))
}

func (c faultContext) readClients(v document.Value) []plan.ClientSpec {
	items, _ := v.Items("client")
	var clients []plan.ClientSpec
	seen := map[string]int{}
	for _, item := range items {
		o, _ := item.Object([]string{"name", "pin"}, nil)
		client := plan.ClientSpec{Name: o["name"].Unique(seen)}
		client.Pin, _ = c.member(o["pin"])
		clients = append(clients, client)
	}
	return clients
}

func (c faultContext) faultNames() []string {
	names := make([]string, len(c.rules))
	for i, r := range c.rules {
		names[i] = r.Name
	}
	return names
}
