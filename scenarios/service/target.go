// Package service drives a program that a scenario brings: any program, in any language, over HTTP.
//
// Each trial starts the arm's command in a process group of its own, with etcd's endpoints, a port and a folder in its
// environment, waits until it is ready, sends it the scenario's requests in an open loop, and stops it. What the
// program does to itself (it exits, it does not stop, it leaves processes behind) is an outcome of its arm.
package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/build"
)

// Target is what a scenario says of the program that it brings. It is a part of the resolved scenario, and so of
// run.json: its secrets are taken out before (Hide).
type Target struct {
	Fix       string             `json:"fix"`      // the name under which its two arms are compared
	Scenario  string             `json:"scenario"` // the scenario's name
	Says      string             `json:"says"`     // what differs, in one sentence
	Before    Program            `json:"before"`
	After     Program            `json:"after"`
	Variants  []Variant          `json:"variants,omitempty"`  // in place of After: several repairs that share Before
	Ready     string             `json:"ready"`               // the URL that answers 2xx once requests can come
	CA        string             `json:"ca,omitempty"`        // in PEM: who vouches for its https:// URLs
	Within    time.Duration      `json:"within"`              // that it may take until then
	Stop      time.Duration      `json:"stop"`                // from SIGTERM to SIGKILL
	Variables []string           `json:"variables,omitempty"` // of aftershock's environment that it gets beside its own
	Redact    []string           `json:"redact,omitempty"`    // further parts of names whose values are secrets
	Limits    Limits             `json:"limits"`
	Workers   int                `json:"workers,omitempty"` // processes that drive it; 0 is one
	Metrics   string             `json:"metrics,omitempty"` // the URL of its own figures, kept with the trial
	Pprof     string             `json:"pprof,omitempty"`   // the URL of its profiles, with a / at its end
	Requests  map[string]Request `json:"requests"`          // by stream
	Order     []string           `json:"order"`             // of the streams: the first is the primary one
	Primary   results.Metric     `json:"primary"`
	Guards    []results.Metric   `json:"guards"`
	Arms      *build.Arms        `json:"arms,omitempty"` // what the programs are built of; nil where they are there
}

// Limits are what a program may take. One that takes more memory or time is killed, which is its arm's crash.
type Limits struct {
	Memory      int64         `json:"memory"`      // bytes that it and what it has started have resident
	Descriptors int           `json:"descriptors"` // that each of its processes may open
	CPU         time.Duration `json:"cpu"`         // that each of its processes may use
	Answer      int64         `json:"answer"`      // bytes of an answer that are read
}

// UsualLimits hold where a scenario sets none.
var UsualLimits = Limits{Memory: 2 << 30, Descriptors: 16384, CPU: 10 * time.Minute, Answer: 1 << 20}

// Program is one arm: a command, and variables of its environment. {port}, {dir} and {endpoints} in the command's words
// stand for what the environment holds as PORT, AFTERSHOCK_DIR and ETCD_ENDPOINTS.
type Program struct {
	Command []string          `json:"command"`
	Env     map[string]string `json:"env,omitempty"`
	// Built is the digest of what the arm was built to, for which {built} stands; empty where nothing was.
	Built string `json:"built,omitempty"`
}

// Variant is one of several repairs of a target, each compared with its Before under a name of its own.
type Variant struct {
	Name string `json:"name"`
	Says string `json:"says"` // what differs, in one sentence
	Program
}

// each gives the comparisons of a target one by one: as targets with two arms. Such a one keeps the variant that it is.
func (t Target) each() []Target {
	if len(t.Variants) == 0 {
		return []Target{t}
	}
	var all []Target
	for _, v := range t.Variants {
		one := t
		one.Fix, one.Says, one.After, one.Variants = v.Name, v.Says, v.Program, []Variant{v}
		all = append(all, one)
	}
	return all
}

// field is where a side's program stands in the section target.
func (t Target) field(side results.Arm) string {
	if side == results.After && len(t.Variants) == 1 {
		return "variants." + t.Variants[0].Name
	}
	return string(side)
}

// Request is one operation of a stream, and which answer to it is right. URL, header values, body and expected values
// are templates (see Compile).
type Request struct {
	GRPC    *GRPC             `json:"grpc,omitempty"`    // in place of all that follows but what is expected
	Version int               `json:"version,omitempty"` // of HTTP: 2, or 1.1 for 0
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
	Bodies  *Bodies           `json:"bodies,omitempty"` // in place of Body
	Status  []int             `json:"status,omitempty"` // any of these; none means any of 200 to 299
	JSON    map[string]string `json:"json,omitempty"`   // a path in the answer, such as a.b[0] -> the value there
}

// program is a side's.
func (t Target) program(side results.Arm) Program {
	if side == results.Before {
		return t.Before
	}
	return t.After
}

// CheckBuilt refuses commands that are not among what was built, which is known only then.
func (t Target) CheckBuilt(s build.Store) error {
	var errs []error
	for _, side := range []results.Arm{results.Before, results.After} {
		p := t.program(side)
		name := strings.ReplaceAll(p.Command[0], build.Folder, s.Folder(p.Built))
		if name != p.Command[0] && executable(name) != nil {
			errs = append(errs, build.NoProgram(string(side), p.Command[0]))
		}
	}
	return errors.Join(errs...)
}

// sameBytes is said of arms that are one program.
const sameBytes = "both arms were built to the same bytes: whatever differs is chance, or the harness's error"

// Fixes makes the fixes of a target: its two arms, or each of its variants beside the arm that all of them share.
func Fixes(own json.RawMessage) (all []harness.Fix, err error) {
	var t Target
	if err := json.Unmarshal(own, &t); err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	for _, one := range t.each() {
		all = append(all, one.asFix())
	}
	return all, nil
}

// asFix makes the fix of a target with two arms.
func (t Target) asFix() harness.Fix {
	fix := results.Fix{
		Name: t.Fix, Summary: t.Says, Scenario: t.Scenario, Primary: t.Primary, Guards: t.Guards,
		Operations: "requests (" + t.Order[0] + ")",
	}
	if t.Arms != nil && t.Arms.Built != nil {
		fix.Built = "before is " + t.Arms.Says(string(results.Before)) + ", after " + t.Arms.Says(string(results.After))
	}
	if reflect.DeepEqual(t.Before, t.After) {
		fix.Instrument = true
		fix.Summary = "both arms are the same command: whatever differs is chance, or the harness's error"
		if t.Arms != nil {
			fix.Summary = sameBytes
			fix.Built += "; " + sameBytes
		}
	}
	return harness.Fix{
		Fix:      fix,
		Workload: func(side results.Arm) harness.Workload { return workload{target: t, side: side} },
		Holds:    func(side results.Arm) any { return t.program(side) }, // all else is the same for all variants
	}
}

// streams are those that the target serves: the first is the one by which a trial is judged.
func (t Target) streams() (all []harness.Served) {
	for i, name := range t.Order {
		s := harness.Served{Name: name}
		if i == 0 {
			s.Role = ops.Primary
		}
		all = append(all, s)
	}
	return all
}
