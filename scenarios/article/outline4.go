package article

// outline4 is advice.
var outline4 = []unit{
	{"4.1, paragraph 1", "a cancel func that is put into a map and not looked after leaks a goroutine, or panics", ""},
	{"4.1, code 1", "the cancel of WithTimeout(Background, 5 s) is stored in a map and perhaps never called", ""},
	{"4.1, paragraph 2", "a cancel that is not called keeps its timer for ever; vet does not look for this, " +
		"staticcheck does", ""},
	{"4.1, table 1, row 1", "go vet does not find it", ""},
	{"4.1, table 1, row 2", "staticcheck finds it, as SA1027, with --checks=SA1027", ""},
	{"4.1, item 1", "sync.Map and an explicit deferred cancel()", ""},
	{"4.1, item 2", "or a map of contexts, whose caller decides when to cancel", ""},
	{"4.1, diagram 1", "begin, store, call and delete it at the end, or let the time-out do it", ""},

	{"4.2, paragraph 1", "a plain map is not safe for several goroutines", ""},
	{"4.2, item 1", "sync.Map is made for many reads and few writes", ""},
	{"4.2, item 2", "a map and an RWMutex let one choose what is locked", "it is about choice, and claims no effect"},
	{"4.2, item 3", "shards", "the article leaves it out itself"},
	{"4.2, table 1, row 1", "sync.Map: 1,240k operations/s on 16 cores, 12.8 us on average, little work for the " +
		"collector, middling memory", ""},
	{"4.2, table 1, row 2", "RWMutex and map: 980k operations/s on 16 cores, 15.3 us on average, middling work, " +
		"little memory", ""},
	{"4.2, code 1", "a map whose Load takes the read lock", "it is the repair that row 2 measures"},
	{"4.2, paragraph 2", "an RWMutex beats a Mutex where reads are many; sync.Map keeps a read and a write half, " +
		"deletes lazily, and boxes its values", ""},
	{"4.2, diagram 1", "reads of sync.Map take no lock, writes under an RWMutex do", ""},

	{"4.3, paragraph 1", "a watch and a renewal that share a context: cancelling the watch ends the session", ""},
	{"4.3, item 1", "a context of its own, from WithCancel, for the watch", ""},
	{"4.3, item 2", "WithTimeout for renewing the lease, which the watch does not cancel", ""},
	{"4.3, item 3", "they share the client, and never a context", ""},
	{"4.3, code 1", "Watch and Grant under one context of 10 s: the end of the watch ends the lease", ""},
	{"4.3, code 2", "the right way: WithCancel for Watch, and WithTimeout of 30 s for Grant of 5 s, which " +
		"nothing renews", ""},
	{"4.3, paragraph 2", "the time-out of the lease's context has to be much longer than the TTL, so that " +
		"renewing goes on", ""},

	{"4.4, paragraph 1", "writing after the context is over wastes work and may panic or leave data that do not " +
		"fit; ask first", ""},
	{"4.4, code 1", "a decorator without a context, whose select stands in for asking", "the article says itself " +
		"that it shows the form and not the check"},
	{"4.4, paragraph 2", "the real one takes ctx and returns ctx.Err() before it calls the write", ""},
	{"4.4, table 1, row 1", "a context that is cancelled: ctx.Err() at once", ""},
	{"4.4, table 1, row 2", "one whose time-out has passed: DeadlineExceeded", ""},
	{"4.4, table 1, row 3", "one that lives: the write is called", ""},
	{"4.4, item 1", "the check comes before Store, or before the assignment", ""},
	{"4.4, item 2", "cleaning up in a deferred func does not do instead", ""},
	{"4.4, diagram 1", "over: return the error; else write", repeats},
}
