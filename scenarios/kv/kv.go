// Package kv drives etcd itself, as etcd's own benchmark does: puts, ranges, transactions, watches, leases and software
// transactions, with keys, sizes, skew and connections to choose. Its arms are servers.
//
// What it is told is checked. No acknowledged write may be lost, no revision may go back, and no linearizable read may
// miss what was acknowledged before it began: the counters of that are figures like all others.
package kv

import (
	"encoding/json"
	"fmt"
	"time"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/ops"
)

// Config is what a scenario says of its load on etcd. It is a part of the resolved scenario, and so of run.json.
type Config struct {
	Fix         string           `json:"fix"`         // the name under which its arms are compared
	Scenario    string           `json:"scenario"`    // the scenario's name
	Says        string           `json:"says"`        // what differs, in one sentence
	Keys        int              `json:"keys"`        // all are written before a trial begins
	KeySize     int              `json:"key_size"`    // bytes of each key
	ValueSize   int              `json:"value_size"`  // bytes of each value
	Skew        string           `json:"skew"`        // Uniform or Zipf
	Clients     int              `json:"clients"`     // callers in a closed loop
	Connections int              `json:"connections"` // they take turns, and so do the members to which they lead
	Streams     []Stream         `json:"streams"`     // the first is the primary one
	Primary     results.Metric   `json:"primary"`
	Guards      []results.Metric `json:"guards"`
	// Arms are two servers that are compared; nil compares a phase of each trial with its calm.
	Arms *Arms `json:"arms,omitempty"`
}

// Stream is what the operations of a stream do.
type Stream struct {
	Name    string        `json:"name"`
	Do      string        `json:"do"`      // one of Operations
	Timeout time.Duration `json:"timeout"` // of each operation
	// Count is what the operation's field of Field says: how many keys a range or a transaction is about, or how many
	// watchers there are. 0 where it has none.
	Count int     `json:"count,omitempty"`
	Reads float64 `json:"reads,omitempty"` // the share of reads of TxnMixed, from 0 to 1
}

// The skews.
const (
	Uniform = "uniform" // every key alike
	Zipf    = "zipf"    // the key of rank r with a weight of 1/r^0.99, as YCSB's default
)

// Skews lists the skews.
var Skews = []string{Uniform, Zipf}

// The operations.
const (
	Put               = "put"
	Range             = "range" // linearizable
	RangeSerializable = "range-serializable"
	TxnPut            = "txn-put"
	TxnMixed          = "txn-mixed"
	Watch             = "watch" // a put, until all watchers have it
	LeaseGrant        = "lease-grant"
	LeaseKeepAlive    = "lease-keep-alive"
	STM               = "stm" // reads keys and writes them, again after each conflict
)

// Operations lists the operations.
var Operations = []string{
	Put, Range, RangeSerializable, TxnPut, TxnMixed, Watch, LeaseGrant, LeaseKeepAlive, STM,
}

// Field is a field that an operation's stream has besides, and its most. Name is empty for none.
type Field struct {
	Name string
	Most int
}

// FieldOf is the field of Stream.Count. A transaction has at most 128 operations (etcd's max-txn-ops), of which an
// STM's take two a key: one to compare, one to put.
func FieldOf(operation string) Field {
	switch operation {
	case Range, RangeSerializable:
		return Field{"span", 10_000}
	case TxnPut, STM:
		return Field{"keys", 64}
	case Watch:
		return Field{"watchers", 10_000}
	}
	return Field{}
}

// target is how a scenario's target says that it is this load.
type target struct {
	KV *Config `json:"kv"`
}

// Target is the configuration as a scenario's target.
func (c Config) Target() json.RawMessage {
	text, _ := json.Marshal(target{&c}) // of strings and numbers alone
	return text
}

// Of is the load on etcd that a scenario's target is; nil for another target, and for none.
func Of(raw json.RawMessage) (*Config, error) {
	var t target
	if raw == nil {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	return t.KV, nil
}

// Brings tells whether a scenario's target is a load on etcd.
func Brings(raw json.RawMessage) bool {
	c, err := Of(raw)
	return err == nil && c != nil
}

// Fixes makes the one fix of a target: two servers, or a phase of each trial held against the calm of the same trial.
func Fixes(raw json.RawMessage) ([]harness.Fix, error) {
	of, err := Of(raw)
	if err != nil || of == nil {
		return nil, fmt.Errorf("kv: it cannot be read: %w", err)
	}
	c := *of
	fix := results.Fix{
		Name: c.Fix, Summary: c.Says, Scenario: c.Scenario, Primary: c.Primary, Guards: c.Guards,
		Operations: "operations (" + c.Streams[0].Name + ")",
	}
	if c.Arms == nil {
		fix.Against = results.Steady
	} else if names, says := c.Arms.Differing(); len(names) > 0 {
		fix.Summary = says
	} else {
		fix.Instrument = true
		fix.Summary = "both arms are the same server: whatever differs is chance, or the harness's error"
	}
	if c.Arms != nil && c.Arms.Before.Program != nil {
		fix.Built = fmt.Sprintf("before is %v, after %v", c.Arms.Before.Program, c.Arms.After.Program)
	}
	return []harness.Fix{{Fix: fix, Workload: func(side results.Arm) harness.Workload {
		return workload{config: c, side: side}
	}}}, nil
}

// served are the streams as the harness knows them.
func (c Config) served() (all []harness.Served) {
	for i, s := range c.Streams {
		served := harness.Served{Name: s.Name, Clustered: true}
		if i == 0 {
			served.Role = ops.Primary
		}
		if s.Do == Watch {
			served.Aux = "time from the put's answer until the last watcher had it, in ns"
		}
		all = append(all, served)
	}
	return all
}
