package article

// outline3 is about cancelling requests, and about what is indivisible.
var outline3 = []unit{
	{"3.1, paragraph 1", "the Done of a context that is never cancelled does not close, and who listens to it " +
		"never leaves", ""},
	{"3.1, code 1", "a goroutine waits for the Done of a child whose cancel is not called", ""},
	{"3.1, paragraph 2", "without an explicit cancel() the channel stays open for ever", ""},
	{"3.1, paragraph 3", "the cancel of any ancestor closes the Done of all that descend from it", ""},
	{"3.1, table 1, row 1", "broadcast: all Done of children and grandchildren close at once", ""},
	{"3.1, table 1, row 2", "select { case <-ctx.Done(): } does not block, and leaks nothing", ""},
	{"3.1, table 1, row 3", "once closed, a Done cannot be used again", ""},
	{"3.1, diagram 1", "a tree of contexts; one with a time-out closes by it, all below a cancelled one close " +
		"with it", ""},

	{"3.2, paragraph 1", "defer cancel(), called before the request is through, breaks it off", ""},
	{"3.2, item 1", "after cancel() the stream is told context.Canceled at once", ""},
	{"3.2, item 2", "a cancel before Put returns gives context.Canceled instead of the server's error", ""},
	{"3.2, code 1", "Put under WithTimeout with defer cancel(), which is called dangerous", ""},
	{"3.2, paragraph 2", "when the answer takes longer than the time-out, the client fails although the server " +
		"has written", ""},
	{"3.2, table 1, row 1", "answered within the time-out: defer cancel() is safe and frees what there is", ""},
	{"3.2, table 1, row 2", "not answered within it: the stream is broken off, and a write that is committed may " +
		"be lost", ""},
	{"3.2, table 1, row 3", "a context that is used again after cancel() panics", ""},
	{"3.2, diagram 1", "cancel ends the stream, the server may have stored it, and the client judges wrongly", ""},

	{"3.3, paragraph 1", "an assignment is not interrupted by a panic: nothing half-written is left for recover " +
		"to see", ""},
	{"3.3, paragraph 2", "mapassign works in a section that the state of panicking of the goroutine guards", ""},
	{"3.3, code 1", "m[1] is assigned, then a panic is raised; the deferred func sees all of it or nothing", ""},
	{"3.3, paragraph 3", "the panic comes before the function returns, and by then mapassign is through with the map", ""},
	{"3.3, table 1, row 1", "finding the bucket cannot be interrupted: it is computing alone", ""},
	{"3.3, table 1, row 2", "writing the value cannot: runtime.casptr stores it in one step", ""},
	{"3.3, table 1, row 3", "the write barrier cannot: runtime.gcWriteBarrier is inlined", ""},
	{"3.3, diagram 1", "a panic finds a map that is written, or one that is not", repeats},
}
