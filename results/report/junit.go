package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/summary"
)

// The elements of JUnit XML that Jenkins, GitLab and others read.
//
// https://github.com/testmoapp/junitxml, and the schema of Jenkins' xUnit plugin.
type (
	testSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Suite    testSuite
	}
	testSuite struct {
		XMLName    xml.Name   `xml:"testsuite"`
		Name       string     `xml:"name,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Time       string     `xml:"time,attr"` // seconds
		Timestamp  string     `xml:"timestamp,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testCase `xml:"testcase"`
		Out        string     `xml:"system-out,omitempty"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testCase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Time    string   `xml:"time,attr"`
		Failure *problem `xml:"failure,omitempty"`
		Error   *problem `xml:"error,omitempty"`
		Out     string   `xml:"system-out,omitempty"`
	}
	problem struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// errNoPolicy is for a run that no gate has judged: a suite without a test would look like one that passed.
var errNoPolicy = errors.New("test cases are a gate's answers, and no policy was given")

// junit writes a gate's answers: what failed is a failure, what could not be answered is an error, and only what passed
// is a test that passed.
func junit(w io.Writer, in Input) error {
	if !in.decided() {
		return errNoPolicy
	}
	run := in.Summary.Run
	suite := testSuite{
		Name: run.Name + " under " + in.Decision.Policy, Timestamp: run.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: append(properties(run, in.Decision), outcomes(in.Summary)...), Out: suiteOut(in),
	}
	for _, a := range whole(in.Decision) {
		suite.add(caseOf(run.Name, a, caseOut(in.Summary, a)))
	}
	tellApart(suite.Cases)
	suite.takes(run.Ended.Sub(run.Started))
	return writeSuite(w, suite)
}

// whole are the answers, and one more if all of them passed and the decision did not, as with a partial run.
func whole(d gate.Decision) []gate.Answer {
	passed := len(d.Answers) > 0
	for _, a := range d.Answers {
		passed = passed && a.Result == gate.Pass
	}
	if !passed && len(d.Answers) > 0 || passed && d.Result == gate.Pass {
		return d.Answers
	}
	return append(d.Answers[:len(d.Answers):len(d.Answers)], gate.Answer{
		Name: "policy " + d.Policy, Result: unlessPass(d.Result),
		Why: fmt.Sprintf("the whole policy's result is %s with %d answers", result(d.Result), len(d.Answers)),
	})
}

// unlessPass makes a pass without any answer invalid.
func unlessPass(r gate.Result) gate.Result {
	if r == gate.Pass {
		return gate.Invalid
	}
	return r
}

// caseOf makes a case of an answer; out is its output, whatever the answer is.
func caseOf(scenario string, a gate.Answer, out string) testCase {
	class := scenario
	if a.Fix != "" {
		class += "." + a.Fix
	}
	text := fmt.Sprintf("measured %s, bound %s: %s", orDash(a.Measured), orDash(a.Bound), a.Why)
	c := testCase{Class: class, Name: a.Name, Out: out}
	p := &problem{Type: string(result(a.Result)), Message: a.Why, Text: text}
	switch a.Result {
	case gate.Pass:
		c.Out = strings.TrimSuffix(text+"\n"+out, "\n")
	case gate.Fail:
		c.Failure = p
	default:
		c.Error = p
	}
	return c
}

// tellApart numbers the cases whose class and name an earlier one has, as those of a decision that another program made
// may. GitLab shows the later one of two such cases and drops the other, so that a failure could be lost behind a pass.
func tellApart(cases []testCase) {
	seen := map[[2]string]bool{}
	for i := range cases {
		c := &cases[i]
		c.Class, c.Name = plain(c.Class), plain(c.Name)
		name := c.Name
		for n := 2; seen[[2]string{c.Class, c.Name}]; n++ {
			c.Name = fmt.Sprintf("%s (%d)", name, n)
		}
		seen[[2]string{c.Class, c.Name}] = true
	}
}

// takes says how long the suite took. To ask a rule takes no time, but servers add up the times of cases: so the
// run's is divided evenly among them. A run without an end took none.
func (s *testSuite) takes(d time.Duration) {
	seconds := max(0, d.Seconds())
	s.Time = fmt.Sprintf("%.3f", seconds)
	for i := range s.Cases {
		s.Cases[i].Time = fmt.Sprintf("%.3f", seconds/float64(len(s.Cases)))
	}
}

func (s *testSuite) add(c testCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Error != nil {
		s.Errors++
	}
}

func properties(run results.Run, d gate.Decision) []property {
	e := run.Environment
	return []property{
		{"run", run.ID}, {"policy", d.Policy}, {"result", string(result(d.Result))}, {"scenario", run.Name},
		{"seed", strconv.FormatUint(run.Seed, 10)}, {"pairs", strconv.Itoa(run.Pairs)}, {"status", string(run.Status)},
		{"commit", e.Commit}, {"aftershock", e.Aftershock}, {"etcd", e.Etcd}, {"go", e.Go}, {"kernel", e.Kernel},
		{"cpu", e.CPU}, {"cores", strconv.Itoa(e.Cores)}, {"cores_allowed", allowed(e)},
		{"summary_schema", strconv.Itoa(summary.Schema)},
	}
}

// allowed is how many cores' time the run had.
func allowed(e results.Environment) string {
	if e.Allowed > 0 {
		return strconv.FormatFloat(e.Allowed, 'g', 3, 64)
	}
	return strconv.Itoa(e.Cores)
}

// Case is a test case of a report that another package writes. Type is empty for one that passed.
type Case struct {
	Class, Name   string
	Failed        bool // in place of an error
	Type, Message string
	Text          string
}

// JUnit writes cases as JUnit XML.
func JUnit(w io.Writer, name string, started time.Time, took time.Duration, cases []Case) error {
	suite := testSuite{Name: plain(name), Timestamp: started.UTC().Format("2006-01-02T15:04:05")}
	for _, c := range cases {
		one := testCase{Class: c.Class, Name: c.Name}
		switch p := (&problem{Type: c.Type, Message: plain(c.Message), Text: plain(c.Text)}); {
		case c.Type == "":
			one.Out = p.Text
		case c.Failed:
			one.Failure = p
		default:
			one.Error = p
		}
		suite.add(one)
	}
	tellApart(suite.Cases)
	suite.takes(took)
	return writeSuite(w, suite)
}

func writeSuite(w io.Writer, suite testSuite) error {
	all := testSuites{Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors, Suite: suite}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}
