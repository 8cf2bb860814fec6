package scenarios

import (
	"slices"
	"strings"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/document"
	"aftershock/results"
	"aftershock/results/summary"
	"aftershock/scenarios/kv"
)

// keyValue is the field that makes a scenario drive etcd itself.
const keyValue = "kv"

// losing is the fault that loses acknowledged writes as it is meant to.
const losing = "snapshot-restore"

// The limits of a load on etcd: its keys are written before each trial and read after it.
const (
	mostKeys        = 100_000
	mostKeySize     = 1 << 10
	mostValueSize   = 1 << 20
	mostData        = 32 << 20 // bytes of all keys and values
	mostClients     = 4096
	mostConnections = 256
)

// readKeyValue reads a scenario that drives etcd itself: it has no workload and no fixes but its own.
func readKeyValue(root document.Value, rules []plan.FaultRule) harness.Scenario {
	o, ok := root.Object([]string{"name", "asks", "cluster", "faults", keyValue, "streams", "phases", "pairs", "margin",
		"quick", "budget"}, []string{"arms", recovered})
	if !ok {
		return harness.Scenario{}
	}
	s, phases := readCommon(o, true, rules)
	if len(s.Faults.Clients) == 0 && o["faults"].Given() {
		o["faults"].Addf("pins no client: the links of its clients are where the connections lead " +
			"(clients: [{name: kv, pin: follower}])")
	}
	for _, f := range s.Faults.Faults {
		if f.Fault == losing {
			o["faults"].Addf("%s takes acknowledged writes back, and each trial would be invalid for it", losing)
		}
	}
	c := readLoadOnEtcd(o[keyValue], s)
	readArms(o["arms"], s.Cluster.Program, &c)
	s.Streams = readOperations(o["streams"], &c)
	readEtcdFigures(o[keyValue], &c)
	quick, _ := o["quick"].Object([]string{"pairs"}, nil)
	s.Fixes = []string{c.Fix}
	s.Quick = harness.Quick{Fixes: s.Fixes, Pairs: quick["pairs"].Integer(1, mostPairs)}
	s.Target = c.Target()
	phases.checkSteady(s.Streams)
	return s
}

// readLoadOnEtcd reads all but the streams and the figures.
func readLoadOnEtcd(v document.Value, s harness.Scenario) kv.Config {
	c := kv.Config{Scenario: s.Name, Fix: s.Name, Says: s.Asks}
	o, _ := v.Object([]string{"keys", "key-size", "value-size", "skew", "clients", "connections", "primary"},
		[]string{"guards"})
	c.Keys = o["keys"].Integer(1, mostKeys)
	c.KeySize = o["key-size"].Integer(1, mostKeySize)
	c.ValueSize = o["value-size"].Integer(kv.LeastValue, mostValueSize)
	c.Skew, _ = o["skew"].OneOf("skew", kv.Skews)
	c.Clients = o["clients"].Integer(1, mostClients)
	c.Connections = o["connections"].Integer(1, mostConnections)
	if c.Keys == 0 || c.KeySize == 0 || c.ValueSize == 0 {
		return c // one of them could not be read
	}
	if least := kv.LeastKey(c.Keys); c.KeySize < least {
		o["key-size"].Addf("%d bytes have no room for %s and the numbers of %d keys (allowed: %d to %d)", c.KeySize,
			kv.Prefix, c.Keys, least, mostKeySize)
	}
	if all := c.Keys * (c.KeySize + c.ValueSize); all > mostData {
		o["keys"].Addf("%d keys take %d bytes, and all are written before each trial (allowed: %d with these sizes)",
			c.Keys, all, mostData/(c.KeySize+c.ValueSize))
	}
	return c
}

// readOperations reads the streams: each says what its operations do.
func readOperations(v document.Value, c *kv.Config) []harness.Stream {
	seen := map[string]int{}
	own := func(o document.Object) string {
		one := kv.Stream{Name: o["name"].Unique(seen)}
		one.Do, _ = o["do"].OneOf("operation", kv.Operations)
		readOfOperation(o, &one)
		c.Streams = append(c.Streams, one)
		return one.Name
	}
	streams := streamsOf(v, []string{"do"}, []string{"span", "keys", "watchers", "reads"}, own)
	for i, s := range streams {
		c.Streams[i].Timeout = s.Timeout
	}
	return streams
}

// readOfOperation reads the fields that some operations need, and refuses those of others.
func readOfOperation(o document.Object, one *kv.Stream) {
	if one.Do == "" {
		return
	}
	field := kv.FieldOf(one.Do)
	for _, name := range []string{"span", "keys", "watchers"} {
		switch {
		case name == field.Name && o[name].Given():
			one.Count = o[name].Integer(1, field.Most)
		case name == field.Name:
			o["do"].Addf("%s needs %s beside it (allowed: 1 to %d)", one.Do, name, field.Most)
		case o[name].Given():
			o[name].Addf("is not for %s%s", one.Do, those(name))
		}
	}
	switch mixed, reads := one.Do == kv.TxnMixed, o["reads"]; {
	case mixed && reads.Given():
		one.Reads, _ = reads.Share()
	case mixed:
		o["do"].Addf("%s needs reads beside it, the share of its reads (such as 80%%)", one.Do)
	case reads.Given():
		reads.Addf("is not for %s (it is for %s)", one.Do, kv.TxnMixed)
	}
}

// those says for which operations a field is.
func those(name string) string {
	var all []string
	for _, do := range kv.Operations {
		if kv.FieldOf(do).Name == name {
			all = append(all, do)
		}
	}
	return " (it is for " + strings.Join(all, ", ") + ")"
}

// readEtcdFigures reads which figure gives the verdict, and which must not become worse.
func readEtcdFigures(v document.Value, c *kv.Config) {
	var further []string
	for i, s := range c.Streams {
		if i > 0 && s.Name != "" {
			further = append(further, s.Name)
		}
	}
	figures, phases := summary.RequestFigures(further), []string{results.Steady, results.InFault, results.Recovery}
	if c.Arms == nil {
		// The longest gap grows with the time in which it is looked for, and the calm has nothing to recover from:
		// neither can be held against another phase. Nor can the calm.
		figures, phases = slices.DeleteFunc(figures, func(name string) bool {
			return name == "gap" || strings.HasSuffix(name, summary.GoodputBack)
		}), phases[1:]
	}
	c.Primary, c.Guards = readFigures(v, figures, phases)
}
