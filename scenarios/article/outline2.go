package article

const (
	introduces = "it introduces what follows"
	repeats    = "it draws what the paragraphs beside it say"
)

// outline2 is about the insides of maps and of WithRequireLeader.
var outline2 = []unit{
	{"2.1, paragraph 1", "a map is an hmap with buckets, and oldbuckets while it grows; growing is not one step", ""},
	{"2.1, paragraph 2", "growing is steered by hashWriting in flags and by the counter nevacuate", ""},
	{"2.1, item 1", "while a map grows, new keys go into buckets alone", ""},
	{"2.1, item 2", "a read looks into buckets first, and into oldbuckets when it found nothing", ""},
	{"2.1, item 3", "evacuate moves one bucket at a time, which makes moving a bucket indivisible", ""},
	{"2.1, table 1, row 1", "buckets, an unsafe.Pointer: the buckets in use", ""},
	{"2.1, table 1, row 2", "oldbuckets, an unsafe.Pointer: those that are still to be moved", ""},
	{"2.1, table 1, row 3", "nevacuate, a uintptr: how far moving has come", ""},
	{"2.1, code 1", "evacuate sets tophash[0] to evacuatedNext for a bucket that is being moved", ""},
	{"2.1, paragraph 3", "the mark keeps goroutines from moving a bucket twice: a light lock instead of a mutex", ""},
	{"2.1, diagram 1", "a write makes the new buckets, and a goroutine evacuates the old ones in portions", ""},

	{"2.2, paragraph 1", "the runtime throws as soon as two goroutines are in mapassign at once", ""},
	{"2.2, code 1", "mapassign throws \"concurrent map writes\" when flags has hashWriting", ""},
	{"2.2, paragraph 2", "hashWriting, whose value is 4, is an atomic mark; throw does not return and ends the " +
		"program", ""},
	{"2.2, table 1, row 1", "the parameter s of throw is a string: the message, in read-only memory", ""},
	{"2.2, table 1, row 2", "the parameter pc of throw is a uintptr: where it was called, for the stack trace", ""},
	{"2.2, diagram 1", "the mark is set: throw, print the stack, exit", ""},

	{"2.3, paragraph 1", "a cancel func reaches a map only if it is handed on explicitly", ""},
	{"2.3, item 1", "register, then put into a store, then assign the wrapped value", "it names the functions of " +
		"an example"},
	{"2.3, code 1", "the value that goes into the map carries a cancel func that does nothing", ""},
	{"2.3, paragraph 2", "the empty func stops cancelling from being handed on; give it as a parameter, or take " +
		"it from ctx.Value", ""},
	{"2.3, table 1, row 1", "main has the cancel func, from WithCancel", ""},
	{"2.3, table 1, row 2", "the function that registers has it as a parameter", ""},
	{"2.3, table 1, row 3", "the store does not have it unless it is handed on: cancelling ends there", ""},
	{"2.3, diagram 1", "without the cancel func a goroutine leaks", ""},

	{"2.4, paragraph 1", "WithRequireLeader takes no context: it catches the Done of the present one and ties it " +
		"to the check for a leader", ""},
	{"2.4, paragraph 2", "it is given as client.Get(ctx, key, WithRequireLeader())", ""},
	{"2.4, item 1", "it returns an OpOption", ""},
	{"2.4, item 2", "when the operation is made it reads ctx.Done(), to leave soon when there is no leader", ""},
	{"2.4, code 1", "a WithRequireLeader without parameters, which sets a field of the operation", ""},
	{"2.4, paragraph 3", "it does not change the context; gRPC listens to Done, so that a request ends at once " +
		"when the leader is lost", ""},
	{"2.4, table 1, row 1", "without a leader a plain Get waits for the election, and one with WithRequireLeader " +
		"returns at once, as rpc error: context canceled", ""},
	{"2.4, table 1, row 2", "the signal comes from a call of cancel() there, and from the Done of the original " +
		"context here", ""},
	{"2.4, diagram 1", "gRPC waits for ctx.Done; a check that fails returns a cancel error at once", ""},

	{"2.5, paragraph 1", "three tools are needed together", introduces},
	{"2.5, item 1", "pprof shows heap, goroutines and allocations together", ""},
	{"2.5, item 2", "runtime/trace catches scheduling, collections and system calls", ""},
	{"2.5, item 3", "GODEBUG=detailedmaptrace=1 prints each mmap and munmap with address, size and stack", ""},
	{"2.5, code 1", "go run with that setting and -gcflags=-l, looking for mmap in what it prints", ""},
	{"2.5, paragraph 2", "-gcflags=-l keeps functions from being inlined; a line has prot, addr, size and the " +
		"goroutine", ""},
	{"2.5, table 1, row 1", "prot: the protection of the pages", ""},
	{"2.5, table 1, row 2", "size: that of the mapping, in hexadecimal digits", ""},
	{"2.5, table 1, row 3", "goroutine: which one made the mapping", ""},
	{"2.5, diagram 1", "run, trace, look for leaks in the heap's profile", repeats},
}
