package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/nearest"
	"aftershock/internal/problem"
)

// Parse reads the text that Format writes, with blank lines and lines that begin with "#" between its lines, and with
// the keys of a line in any order. name is the file's, for the errors: each is file:line:column: message with the line
// and a caret beneath, and all of a file are joined.
//
// The known faults say which parameters an event may have, and which events collide; that error names the lines of
// both. Everything else in a plan is for Check to judge.
func Parse(name, text string, faults []FaultRule) ([]Plan, error) {
	problems := problem.NewList(name, text)
	p := parser{problems: problems, faults: faults}
	lines := strings.Split(problem.Plain(text), "\n")
	if !p.header(strings.TrimRight(lines[0], " \t")) {
		return nil, problems.Err()
	}
	for i, line := range lines[1:] {
		p.parseLine(i+2, split(line))
	}
	if len(p.plans) == 0 && !p.skipped {
		problems.Addf(len(lines), 1, "the file holds no plan")
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return p.plans, nil
}

type parser struct {
	problems *problem.List
	faults   []FaultRule
	plans    []Plan
	taken    busy // by the events of the last plan
	sound    bool // the last plan line was understood, so that the next can be compared with it
	skipped  bool // a line was not understood; what follows from it is not reported
}

// header reads the first line, and tells whether the rest can be read.
func (p *parser) header(line string) bool {
	number, found := strings.CutPrefix(line, Title)
	v, err := strconv.ParseUint(number, 10, 31)
	switch {
	case !found || err != nil || v == 0:
		p.problems.Addf(1, 1, "this is not a plan: the first line must be %q", Title+strconv.Itoa(version))
	case v > version:
		p.problems.Addf(1, len(Title)+1,
			"plan version %d is newer than version %d, which this aftershock reads; use the one that wrote it", v, version)
	default:
		return true
	}
	return false
}

func (p *parser) parseLine(line int, fields []field) {
	if len(fields) == 0 || strings.HasPrefix(fields[0].text, "#") {
		return
	}
	params, anyParam := p.paramsOf(fields)
	r, ok := newRecord(p.problems, line, fields, params, anyParam)
	switch {
	case !ok:
		p.skipped = true
	case r.kind.text == "plan":
		p.plan(r)
	case len(p.plans) == 0:
		if !p.skipped {
			r.addf(r.kind, "%s comes before the first plan line", r.kind.text)
		}
		p.skipped = true
	case r.kind.text == "client":
		p.client(r, &p.plans[len(p.plans)-1])
	default:
		p.event(r, &p.plans[len(p.plans)-1])
	}
}

// plan begins a plan. A file holds the plans of one run, so scenario and seed are the same throughout.
func (p *parser) plan(r *record) {
	next := Plan{
		Scenario: r.word("scenario"),
		Seed:     r.number("seed", 0, math.MaxUint64),
		Pair:     int(r.number("pair", 1, math.MaxInt32)),
	}
	if p.sound && !r.bad {
		last := p.plans[len(p.plans)-1]
		if next.Scenario != last.Scenario {
			r.addf(r.values["scenario"], "scenario=%s differs from the %s of pair %d", next.Scenario, last.Scenario, last.Pair)
		}
		if next.Seed != last.Seed {
			r.addf(r.values["seed"], "seed=%d differs from the %d of pair %d", next.Seed, last.Seed, last.Pair)
		}
		if next.Pair <= last.Pair {
			r.addf(r.values["pair"], "pair=%d comes after pair %d; pairs must ascend", next.Pair, last.Pair)
		}
	}
	p.sound = !r.bad
	p.plans, p.taken = append(p.plans, next), nil
}

func (p *parser) client(r *record, to *Plan) {
	c := Client{Name: r.word("name"), Pin: r.word("pin")}
	if !r.bad && slices.ContainsFunc(to.Clients, func(other Client) bool { return other.Name == c.Name }) {
		r.addf(r.values["name"], "the plan already has a client %s", c.Name)
	}
	to.Clients = append(to.Clients, c)
}

func (p *parser) event(r *record, to *Plan) {
	e := Event{
		ID:     r.word("id"),
		Fault:  r.word("fault"),
		Target: r.word("target"),
		To:     r.word("to"),
		At:     r.duration("at", 0),
		For:    r.duration("for", time.Nanosecond),
	}
	rule, ok := find(p.faults, e.Fault)
	if !ok && !r.bad {
		r.addf(r.values["fault"], "%v", nearest.Unknown("fault", e.Fault, faultNames(p.faults)))
	}
	e.Params = r.params(rule)
	if !r.bad && slices.ContainsFunc(to.Events, func(other Event) bool { return other.ID == e.ID }) {
		r.addf(r.values["id"], "the plan already has an event %s", e.ID)
	}
	if n := len(to.Events); !r.bad && n > 0 && e.At < to.Events[n-1].At {
		last := to.Events[n-1]
		r.addf(r.values["at"], "at=%v comes before event %s at %v; events must be in the order of time",
			e.At, last.ID, last.At)
	}
	if ok && !r.bad {
		by := fmt.Sprintf("%s on line %d", e.called(), r.line)
		if err := p.taken.take(placesOf(to.Clients).spanOf(rule, e.spec(), by)); err != nil {
			r.addf(r.values["at"], "%v", err)
		}
	}
	to.Events = append(to.Events, e)
}

// paramsOf lists the parameters that an event's line may have, by the fault that it names. For an unknown fault any
// parameter might be right: the error is the fault's name.
func (p *parser) paramsOf(fields []field) (names []string, anyName bool) {
	for _, f := range fields {
		name, found := strings.CutPrefix(f.text, "fault=")
		if !found || fields[0].text != "event" {
			continue
		}
		rule, known := find(p.faults, name)
		names = rule.ParamNames()
		if rule.Draws {
			names = append(names, drawKey)
		}
		return names, !known
	}
	return nil, false
}
