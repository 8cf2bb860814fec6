package scenarios

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/document"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
	"aftershock/scenarios/service"
)

// The limits of a target's own times. What a program may take to end has to fit into the time in which a worker does.
const (
	longestBoot = 2 * time.Minute
	longestStop = 5 * time.Second
	usualStop   = 2 * time.Second
)

// mostWorkers drive one target: each has a thread that paces it, and a share of the time-outs' memory.
const mostWorkers = 16

// target is the field that makes a scenario drive a program of the user's.
const target = "target"

// readTargeted reads a scenario that brings its own program: it has no workload, no load to be measured and no fixes
// but the one that its two arms are.
func readTargeted(root document.Value, rules []plan.FaultRule) harness.Scenario {
	o, ok := root.Object([]string{"name", "asks", target, "streams", "phases", "pairs", "margin", "quick", "budget"},
		[]string{"cluster", "faults", recovered, armsSection})
	if !ok {
		return harness.Scenario{}
	}
	clustered := checkCluster(o)
	s, phases := readCommon(o, clustered, rules)
	if clustered && len(s.Faults.Clients) == 0 && o["faults"].Given() {
		o["faults"].Addf("pins no client: its link is what ETCD_ENDPOINTS names (clients: [{name: service, pin: " +
			"follower}])")
	}
	if o["phases"].Field("capacity").Given() {
		o["phases"].Field("capacity").Addf("is a closed loop, which a target does not have: leave it out")
	}
	own := readTarget(o[target], s)
	s.Streams = own.readStreams(o["streams"])
	own.readFigures(o[target], clustered)
	own.readArms(o[armsSection], o[target])
	own.checkEnough(o[target], s)
	s.Fixes = own.names()
	quick, _ := o["quick"].Object([]string{"pairs"}, nil)
	s.Quick = harness.Quick{Fixes: s.Fixes, Pairs: quick["pairs"].Integer(1, mostPairs)}
	s.Secrets = own.Hide()
	s.Hidden = len(s.Secrets) > 0
	s.Target, _ = json.Marshal(own.Target) // of strings and numbers alone
	phases.checkSteady(s.Streams)
	return s
}

// ownTarget is a target and what its streams expect where they do not say it themselves.
type ownTarget struct {
	service.Target
	usual service.Request
}

func readTarget(v document.Value, s harness.Scenario) *ownTarget {
	o, _ := v.Object([]string{"before", "ready", "within", "primary"},
		[]string{"after", "variants", "fix", "says", "stop", "variables", "expect", "guards", "limits", "redact",
			"metrics", "pprof", "ca", "workers"})
	t := &ownTarget{}
	if o["ca"].Given() {
		t.CA = readAuthorities(o["ca"])
	}
	readExpected(o["expect"], &t.usual)
	t.Scenario, t.Fix, t.Says, t.Stop = s.Name, s.Name, s.Asks, usualStop
	t.Before = readProgram(o["before"])
	t.readRepairs(v, o)
	t.Ready = t.readReady(o["ready"])
	t.Within, _ = o["within"].Duration(shortest, longestBoot)
	if o["fix"].Given() {
		t.Fix, _ = o["fix"].Word()
	}
	if o["says"].Given() {
		t.Says, _ = o["says"].Sentence()
	}
	if o["stop"].Given() {
		t.Stop, _ = o["stop"].Duration(shortest, longestStop)
	}
	if o["variables"].Given() {
		items, _ := o["variables"].Items("variable")
		for _, item := range items {
			if name, ok := readVariable(item); ok {
				t.Variables = append(t.Variables, name)
			}
		}
	}
	if o["workers"].Given() {
		t.Workers = o["workers"].Integer(1, mostWorkers)
	}
	t.Limits = readLimits(o["limits"])
	if o["redact"].Given() {
		items, _ := o["redact"].Items("name")
		for _, item := range items {
			t.Redact = append(t.Redact, readPartOfName(item))
		}
	}
	if o["metrics"].Given() {
		t.Metrics = t.readURL(o["metrics"])
	}
	if o["pprof"].Given() {
		t.Pprof = t.readURL(o["pprof"])
	}
	return t
}

// readWords reads a program and its arguments.
func readWords(v document.Value) (all []string) {
	words, ok := v.Items("word")
	if ok && len(words) == 0 {
		v.Addf("must have a program and its arguments, each a word of the list")
	}
	for i, word := range words {
		text, ok := word.Text()
		if ok && (i == 0 && text == "" || strings.Contains(text, "\x00")) {
			word.Addf("%q cannot be a word of a command", text)
		}
		all = append(all, text)
	}
	return all
}

// entries reads a mapping of names of the user's own, each given once.
func entries(v document.Value) (all []document.Entry) {
	given, _ := v.Entries()
	seen := map[string]bool{}
	for _, e := range given {
		if seen[e.Name] {
			e.Key.Addf("is given twice")
		}
		seen[e.Name] = true
		all = append(all, e)
	}
	return all
}

// readVariable reads the name of a variable of the environment that is not one of those that each program gets.
func readVariable(v document.Value) (string, bool) {
	name, ok := v.Text()
	switch {
	case !ok:
		return "", false
	case name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}):
		v.Addf("%q is not the name of a variable (allowed: letters, digits and _)", name)
		return "", false
	case slices.Contains(service.Given, name):
		v.Addf("%s is set for each program (all of those: %s)", name, strings.Join(service.Given, ", "))
		return "", false
	}
	return name, true
}

// readReady reads where a program says that it is ready: a URL, or a port at which it then listens.
func (t *ownTarget) readReady(v document.Value) string {
	text, ok := v.Text()
	if address, tcp := strings.CutPrefix(text, service.TCP); ok && tcp {
		if err := service.CheckURL("http://" + address); err != nil || strings.Contains(address, "/") {
			v.Addf("%q is no port of this machine (such as tcp://127.0.0.1:{port})", text)
		}
		return text
	}
	return t.readURL(v)
}

// readAuthorities reads a file of certificates.
func readAuthorities(v document.Value) string {
	file, ok := v.Text()
	if !ok {
		return ""
	}
	text, err := service.AuthoritiesOf(file)
	if err != nil {
		v.Addf("%v", err)
		return unread
	}
	return text
}

// unread stands for authorities whose file has a problem of its own.
const unread = "-"

// readURL reads the address of something that the program answers.
func (t *ownTarget) readURL(v document.Value) string {
	text, ok := v.Text()
	if !ok {
		return ""
	}
	if err := service.CheckURL(text); err != nil {
		v.Addf("%v", err)
	} else {
		t.checkAuthorities(v, text)
	}
	return text
}

// checkAuthorities refuses an address over TLS of a target for which no authority vouches.
func (t *ownTarget) checkAuthorities(v document.Value, address string) {
	if strings.HasPrefix(address, service.HTTPS) && t.CA == "" {
		v.Addf("%q is over TLS: the target needs a field \"ca\", the file with the authorities that vouch for it",
			address)
	}
}

// readStreams reads the streams, each with its request.
func (t *ownTarget) readStreams(v document.Value) []harness.Stream {
	t.Requests = map[string]service.Request{}
	seen := map[string]int{}
	return streamsOf(v, nil, []string{"http", "grpc", "expect"}, func(o document.Object) string {
		name := o["name"].Unique(seen)
		if name == "" {
			return ""
		}
		var r service.Request
		switch {
		case o["http"].Given() == o["grpc"].Given():
			o["name"].Addf("needs either http or grpc: what is sent")
		case o["grpc"].Given():
			r.GRPC = t.readGRPC(o["grpc"])
			r.JSON = t.usual.JSON
		default:
			r = t.readRequest(o["http"])
			r.Status, r.JSON = t.usual.Status, t.usual.JSON
		}
		if o["expect"].Given() {
			r.Status, r.JSON = nil, nil
			readExpected(o["expect"], &r)
		}
		t.Requests[name], t.Order = r, append(t.Order, name)
		return name
	})
}

// readExpected reads which answers are right.
func readExpected(v document.Value, r *service.Request) {
	if !v.Given() {
		return
	}
	o, _ := v.Object(nil, []string{"status", "json"})
	if o["status"].Given() {
		items, _ := o["status"].OneOrMore("status")
		for _, item := range items {
			if r.GRPC != nil {
				r.Status = append(r.Status, item.Integer(0, 16))
				continue
			}
			r.Status = append(r.Status, item.Integer(100, 599))
		}
	}
	if o["json"].Given() {
		r.JSON = readTemplates(o["json"], service.CheckJSONPath)
	}
}

func readTemplates(v document.Value, checkName func(string) error) map[string]string {
	all := map[string]string{}
	for _, e := range entries(v) {
		if checkName != nil {
			if err := checkName(e.Name); err != nil {
				e.Key.Addf("%v", err)
			}
		}
		all[e.Name] = readTemplate(e.Value)
	}
	return all
}

func readTemplate(v document.Value) string {
	text, ok := v.Text()
	if !ok {
		return ""
	}
	if err := service.Check(text); err != nil {
		v.Addf("%v", err)
	}
	return text
}

// readFigures reads which figure gives the verdict, and which must not become worse.
func (t *ownTarget) readFigures(v document.Value, clustered bool) {
	phases := []string{results.Steady}
	if clustered {
		phases = append(phases, results.InFault, results.Recovery)
	}
	var further []string
	if len(t.Order) > 0 {
		further = t.Order[1:]
	}
	t.Primary, t.Guards = readFigures(v, summary.RequestFigures(further), phases)
}

// checkEnough refuses a verdict by a quantile for which the primary stream has too few operations in its phase: a run
// would end without it.
func (t *ownTarget) checkEnough(v document.Value, s harness.Scenario) {
	if t.Primary.Phase == results.Recovery && strings.HasSuffix(t.Primary.Name, summary.GoodputBack) &&
		s.Phases.Recovery > 0 && s.Phases.Recovery < summary.GoodputBackNeeds {
		v.Field("primary").Addf("%s needs a recovery phase of %s or more, and it has %s", t.Primary,
			units.Short(summary.GoodputBackNeeds), units.Short(s.Phases.Recovery))
	}
	share := map[string]float64{"p99": 0.01, "service_p99": 0.01, "p999": 0.001}[t.Primary.Name]
	length := map[string]time.Duration{
		results.Steady: s.Phases.Steady, results.InFault: faultLength(s), results.Recovery: s.Phases.Recovery,
	}[t.Primary.Phase]
	if share == 0 || length == 0 || len(s.Streams) == 0 || s.Streams[0].Rate == 0 {
		return
	}
	need, has := beyondP99/share, s.Streams[0].Rate*length.Seconds()
	if has < need {
		v.Field("primary").Addf("%s needs %.0f operations in the phase, and %s has %.0f in %s (raise its rate, or "+
			"take "+
			"p50 or goodput)", t.Primary, need, s.Streams[0].Name, has, units.Short(length))
	}
}

// faultLength is how long the fault phase lasts at least: it ends when the last fault that is held heals.
func faultLength(s harness.Scenario) time.Duration {
	var end time.Duration
	for _, f := range s.Faults.Faults {
		if f.For > 0 {
			end = max(end, f.At+f.For-s.Phases.FaultStart())
		}
	}
	if end == 0 {
		return s.Phases.Fault
	}
	return end
}

// streamsOf reads a list of streams, whose items have more fields than those of all; name reads and returns each's
// name.
func streamsOf(v document.Value, more, optional []string, name func(document.Object) string) []harness.Stream {
	items, ok := v.Items("stream")
	if ok && len(items) == 0 {
		v.Addf("there must be at least one stream")
	}
	var streams []harness.Stream
	for _, item := range items {
		o, _ := item.Object(append([]string{"name", "rate", "arrival", "timeout"}, more...), optional)
		s := harness.Stream{Name: name(o)}
		s.Rate, _ = o["rate"].Rate(lowest, highest)
		arrival, _ := o["arrival"].OneOf("arrival process", []string{string(load.Constant), string(load.Poisson)})
		s.Arrival = load.Arrival(arrival)
		s.Timeout, _ = o["timeout"].Duration(shortest, longest)
		streams = append(streams, s)
	}
	return streams
}
