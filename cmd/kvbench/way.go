package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aftershock/internal/nearest"
)

// The load of both: as many keys and connections, and the same sizes.
const (
	connections = 3 // one to each member, as etcd's benchmark deals them out
	keys        = 100
	keySize     = 32
	valueSize   = 256
)

// operation is one that both can do: a stream of ours, and a command of etcd's benchmark.
type operation struct {
	name   string   // as our streams have it
	stream string   // what such a stream says besides
	theirs []string // the command and its own flags
}

// theirKey is a key that is there for what etcd's benchmark reads.
const theirKey = "kvbench"

// operations are those of which each call of both is the same. Their watches and ours are not: theirs has an answer for
// each watcher, and ours one for the last of them.
var operations = []operation{
	{"put", "", ofKeys("put")},
	{"range", ", span: 1", []string{"range", theirKey, "--consistency", "l"}},
	{"range-serializable", ", span: 1", []string{"range", theirKey, "--consistency", "s"}},
	{"txn-put", ", keys: 4", ofKeys("txn-put", "--txn-ops", "4")},
	{"txn-mixed", ", reads: 50%", ofKeys("txn-mixed", "--rw-ratio", "1", "--limit", "1")}, // a range of all keys
	{"stm", ", keys: 1", []string{
		"stm", "--isolation", "ss", "--keys", strconv.Itoa(keys), "--keys-per-txn", "1", "--txn-wr-percent", "100",
		"--val-size", strconv.Itoa(valueSize),
	}},
	{"lease-keep-alive", "", []string{"lease-keepalive"}},
}

func ofKeys(words ...string) []string {
	return append(words, "--key-size", strconv.Itoa(keySize), "--key-space-size", strconv.Itoa(keys),
		"--val-size", strconv.Itoa(valueSize))
}

// way is a way to send operations: so many callers, each of which sends when it has its answer, or a rate.
type way struct {
	do      string // an operation's name
	callers int
	rate    int // 0 in a closed loop
}

func (w way) String() string {
	if w.rate > 0 {
		return fmt.Sprintf("%s, %d/s", w.do, w.rate)
	}
	return fmt.Sprintf("%s, %d callers", w.do, w.callers)
}

// operation is what is sent.
func (w way) operation() operation {
	return operations[slices.IndexFunc(operations, func(o operation) bool { return o.name == w.do })]
}

// ways are those of the operations and the numbers of callers that are listed with commas between, and puts at a rate
// if there is one.
func ways(names, callers string, rate int) (all []way, err error) {
	var known []string
	for _, o := range operations {
		known = append(known, o.name)
	}
	for name := range strings.SplitSeq(names, ",") {
		if !slices.Contains(known, name) {
			return nil, nearest.Unknown("operation", name, known)
		}
		for text := range strings.SplitSeq(callers, ",") {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n > 4096 {
				return nil, fmt.Errorf("%q callers (allowed: 1 to 4096)", text)
			}
			all = append(all, way{do: name, callers: n})
		}
	}
	if rate > 0 {
		all = append(all, way{do: "put", callers: 256, rate: rate})
	}
	return all, nil
}
