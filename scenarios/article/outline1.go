package article

// outline1 is the incident, and what is said to have caused and mended it.
var outline1 = []unit{
	{"1, title 1", "map writes suddenly halve: WithRequireLeader lets a cancelled context reach the assignment " +
		"of maps", ""},
	{"1, paragraph 1", "after an upgrade to etcd's client 3.5.12 writes into map[string]interface{} lost about 48 " +
		"% of their throughput, and their P99 rose from 120 to 230 us; a CPU profile shows panics of the deadline " +
		"error being caught under mapassign_faststr, and points to WithRequireLeader", ""},
	{"1, paragraph 2", "WithRequireLeader puts a context with a time-out, 5 s by default, into each request, and " +
		"cancels it at once when the cluster is out of reach or changes its leader; the business code hands that " +
		"context on through WithValue to a goroutine that builds a map", ""},
	{"1, code 1", "ctx and cancel come from WithRequireLeader; the loop that fills the map hands the cancelled " +
		"ctx to a function which asks Err() for each key, while ctx.Value may still be used", ""},
	{"1, item 1", "run the load test with go test -cpuprofile", ""},
	{"1, item 2", "in go tool pprof, top -cum -limit=20 shows cancelCtx.Done above mapassign", ""},
	{"1, item 3", "a log line at the head of the function, when ctx.Err() is not nil, shows it by how often it " +
		"comes", ""},
	{"1, paragraph 3", "use WithRequireLeader for requests to etcd alone, and Background or WithoutCancel for " +
		"work in memory", ""},
	{"1, table 1, row 1", "building or serialising maps: WithoutCancel(ctx)", ""},
	{"1, table 1, row 2", "fields of log lines: log.WithContext(Background)", ""},
	{"1, table 1, row 3", "starting a goroutine for a while: WithTimeout(Background, 10 s)", ""},
	{"1, paragraph 4", "with the repair P99 went back to 115 us, and the share of Err() in the CPU profile fell " +
		"by 99.2 %", ""},
}
