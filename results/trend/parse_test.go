package trend_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"aftershock/internal/golden"
	"aftershock/results/trend"
)

func TestANightIsReadAsItWasWritten(t *testing.T) {
	n := made(source(1), 0, 0.1, 0.1)
	s := stored(t, n)
	if !reflect.DeepEqual(s.Night, n) {
		t.Errorf("got\n%+v\nwant\n%+v", s.Night, n)
	}
	if !strings.HasPrefix(s.File, "20260301T020000Z-") {
		t.Errorf("the file is called %s", s.File)
	}
	_, data, _ := n.Text()
	golden.Compare(t, "testdata/night.json", data)
}

// renamed gives a changed file the name that it would have had.
func renamed(name string, data []byte) string {
	stem, _, _ := strings.Cut(name, "-")
	return stem + "-" + trend.Digest(data) + ".json"
}

func TestAChangedNightIsRefused(t *testing.T) {
	name, data, err := made(source(1), 0, 0).Text()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, old, new, want string }{
		{"truncated", string(data[len(data)/2:]), "", "the file is truncated: it ends within a value"},
		{"another schema", `"schema": 1,`, `"schema": 2,`, ":2:12: schema: is 2 (this program knows 1)"},
		{"no schema", ` "schema": 1,` + "\n", "", ":1:1: schema: is missing"},
		{"unknown field", `"job":`, `"jobb":`, `unknown field "jobb"`},
		{"nearest", `"job":`, `"jobb":`, "job"},
		{"lacking", `   "id": "night-0",` + "\n", "", "runs[0].id: is missing"},
		{"of a figure", `     "n": 12,` + "\n", "", "runs[0].figures[0].n: is missing"},
		{"wrong type", `"n": 12`, `"n": "many"`, `runs[0].figures[0].n: is "many" (allowed: a whole number)`},
		{"no time", `"started": "2026-03-01T02:00:00Z"`, `"started": "yesterday"`,
			`started: is "yesterday" (allowed: a time such as 2026-03-01T02:00:00Z)`},
		{"backwards", `"ended": "2026-03-01T02:20:00Z"`, `"ended": "2026-03-01T01:20:00Z"`,
			"ended: lies 40m0s before started: the clock went backwards during the night"},
		{"a figure's n", `"n": 12`, `"n": 11`, `runs[0].figures[0].n: is 11 by "signed-rank"`},
		{"an estimate", `"n": 12`, `"open": "low", "n": 12`,
			`n: is 12 by "signed-rank", open "low", and the pairs give 12`},
		{"a value", `"after": [`, `"after": [-`, "runs[0].figures[0]: cannot be compared: after value of pair 0: -1"},
		{"a pair", `"pairs": [1, `, `"pairs": [`, "runs[0].figures[0].pairs: has 11 entries, before 12"},
		{"scale", `"scale": "ratio"`, `"scale": "log"`, `unknown scale "log" (allowed: ratio, difference)`},
		{"twice", `"job": "collector",`, `"job": "collector", "job": "other", "n": 1,`, ":3:22: job: is there twice"},
		{"policy", `"margin": 0.05,`, `"margin": 0,`, "policy.margin: is 0 (allowed: above 0, below 1)"},
		{"more", "\n}\n", "\n} {}", "more follows after the end of the value"},
		{"not JSON", `"schema": 1,`, `"schema": one,`, "not JSON: invalid character 'o'"},
		{"null", `"fix": "target"`, `"fix": null`, "runs[0].figures[0].fix: is null (allowed: a text)"},
	} {
		changed := bytes.Replace(data, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(changed, data) {
			t.Errorf("%s: nothing was changed", c.what)
			continue
		}
		_, err := trend.Parse(renamed(name, changed), changed)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.what, err, c.want)
		}
	}
}

func TestAFilesNameSaysWhatItHolds(t *testing.T) {
	name, data, err := made(source(1), 0, 0).Text()
	if err != nil {
		t.Fatal(err)
	}
	same := bytes.Replace(data, []byte("leader-churn"), []byte("leader-crash"), 1)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{name, same, "was changed after it was written"},
		{"notes.json", data, "not the name of such a file"},
		{strings.Replace(name, "20260301", "20260302", 1), data,
			"the name says 20260302T020000Z, and the file 20260301T020000Z"},
	} {
		if _, err := trend.Parse("nights/"+c.name, c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestADecisionIsReadStrictly(t *testing.T) {
	d := trend.Decision{
		Schema: trend.Schema, At: firstNight, Alarm: "0123abcd", State: trend.Acknowledged, Reason: "known",
		Expires: firstNight.Add(time.Hour),
	}
	name, data, err := d.Text()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := trend.ParseDecision(name, data); err != nil || got != d {
		t.Errorf("%v, %v", got, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"acknowledged"`, `"aknowledged"`, `unknown state "aknowledged"`},
		{`"reason": "known"`, `"reason": ""`, "reason: is empty"},
		{`T03:00`, `T02:00`, "expires: is not after at"},
	} {
		changed := bytes.Replace(data, []byte(c.old), []byte(c.new), 1)
		if _, err := trend.ParseDecision(renamed(name, changed), changed); err == nil ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

func schema(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	s, err := compiler.Compile(filepath.Join("..", "..", "docs", "schema", name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSchemaAcceptsANight(t *testing.T) {
	data, err := os.ReadFile("testdata/night.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema(t, "night-1.schema.json").Validate(value); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	_, data, err := made(source(1), 0, 0, 0).Text()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"schema":1,"runs":[{"figures":[{"pairs":[1],"before":[0],"after":[1e300]}]}]}`))
	f.Add([]byte(`{"schema":`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := trend.Parse("20260301T020000Z-"+trend.Digest(data)+".json", data)
		if err == nil {
			trend.Of(trend.History{Nights: []trend.Stored{{File: "a", Night: n}}}, firstNight)
		} else if err.Error() == "" {
			t.Error("an error without words")
		}
		_, err = trend.ParseDecision("20260301T020000Z-"+trend.Digest(data)+".json", data)
		if err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
