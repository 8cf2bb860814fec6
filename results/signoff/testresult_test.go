package signoff

import (
	"encoding/json"
	"testing"

	"aftershock/results/gate"
)

// What was not shown has failed: a warning would let a release through.
func TestOnlyAPassHasPassed(t *testing.T) {
	for _, result := range []gate.Result{gate.Pass, gate.Fail, gate.Inconclusive, gate.Underpowered, gate.Invalid, ""} {
		answers := []gate.Answer{{Name: "a", Fix: "f", Result: result}}
		runs := []RunEvidence{{ID: "r", Decision: gate.Decision{Answers: answers}}}
		text, err := Evidence{Result: result, Policy: Policy{SHA256: "0a"}, Runs: runs}.testResult()
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			Result string   `json:"result"`
			Passed []string `json:"passedTests"`
			Warned []string `json:"warnedTests"`
			Failed []string `json:"failedTests"`
		}
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		passes := result == gate.Pass
		if (r.Result == "PASSED") != passes || (r.Result == "FAILED") == passes || len(r.Warned) != 0 ||
			(len(r.Passed) == 1) != passes || (len(r.Failed) == 1) == passes {
			t.Errorf("%q: %s", result, text)
		}
	}
}

func FuzzReadRegistration(f *testing.F) {
	f.Add(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ReadRegistration("x", []byte(text))
		if err == nil && (r.Schema != Schema || len(r.SHA256) != 64) {
			t.Errorf("%q: %+v", text, r)
		}
	})
}

// Numbers may differ in the last digits of a sum, and in no other way.
func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want []string
	}{
		{`{"x":1,"y":[1.5,{"name":"n","z":"t"}]}`, `{"y":[1.5000000000001,{"z":"t","name":"n"}],"x":1}`, nil},
		{`{"x":0.1}`, `{"x":0.1001}`, []string{"x: 0.1, 0.1001"}},
		{`{"x":9007199254740993}`, `{"x":9007199254740992}`, []string{"x: 9007199254740993, 9007199254740992"}},
		{`{"y":[{"name":"n","z":1}]}`, `{"y":[{"name":"n","z":2}]}`, []string{"y[n].z: 1, 2"}},
		{`{"y":[1,2]}`, `{"y":[1]}`, []string{"y: a list of 2, a list of 1"}},
		{`{"x":null}`, `{"y":true}`, []string{"x: null, nothing", "y: nothing, true"}},
		{`{"x":"a\u0062"}`, `{"x": "ab"}`, nil},
		{`{"x":[{"name":"n"}, true]}`, `{"x":[{"name":"n"}, false]}`, []string{"x[1]: true, false"}},
		{`{"x":{"y":1}}`, `{"x":{"y":{}}}`, []string{"x.y: 1, 0 fields"}},
		{`{"x":"1"}`, `{"x":1}`, []string{`x: "1", 1`}},
	} {
		all, err := differences(json.RawMessage(c.a), json.RawMessage(c.b))
		if err != nil || len(all) != len(c.want) {
			t.Errorf("%s, %s: %v, %v", c.a, c.b, all, err)
			continue
		}
		for i, d := range all {
			if got := d.path + ": " + d.a + ", " + d.b; got != c.want[i] {
				t.Errorf("got %s, want %s", got, c.want[i])
			}
		}
	}
}
