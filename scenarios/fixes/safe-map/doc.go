// Package safemap is a map that several goroutines read and write, and that nothing protects.
//
// # Defect
//
// All builders keep the newest value of each series in one map[string]any, and read those of others from it. See before.go.
//
// # Cause
//
// A Go map is not made for that. The runtime notices most of the time, by a flag that each writer sets and clears, and then
// ends the process: "fatal error: concurrent map writes", exit status 2. That is no panic: no recover stops it, and no
// deferred function runs. When it does not notice, a reader may see half of an interface value; only -race finds that.
//
// # Repair
//
// Four of them, each against the same before: a map under a sync.RWMutex, sync.Map, 64 maps under locks of their own, and
// github.com/puzpuzpuz/xsync. See after.go. Two more comparisons are the article's own: sync.Map in the place of a
// map under an RWMutex, and that in the place of one under a Mutex.
//
// # Cost
//
// Each access pays for its safety. Which is cheapest depends on the share of reads and on the number of cores, so that
// there are three scenarios: shared-map-reads-95, -50 and -5. The figure is table_operations (calm): what a closed
// loop does that reads and writes the table and nothing else. Every series is written now and read then, so that
// reads find something; read_hits is how many did. sync.Map cannot be made with a size, and boxes each key that is
// new; all others are made with room for all keys.
//
// # What the article says
//
// That concurrent writes end the process: it calls that a panic in a heading, and says itself that no code can return
// from it. And that sync.Map is faster, by 1240k against 980k operations a second on 16 cores. It is made for keys that
// are written once and read often, or by one goroutine each, which a table of newest values is not. With the command
//
//	aftershock run shared-map-reads-95 --fix safe-map-advice
//
// any reader can see what it does on their own machine.
//
// # What a user sees
//
// A process that is gone, every now and then, when there is much to do.
package safemap
