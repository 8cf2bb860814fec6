package jsonfile_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"aftershock/internal/jsonfile"
	"aftershock/internal/problem"
)

type inner struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

type file struct {
	inner
	At    time.Time       `json:"at"`
	Share float64         `json:"share"`
	Count uint            `json:"count,omitempty"`
	Yes   *bool           `json:"yes,omitempty"`
	Items []inner         `json:"items"`
	Raw   json.RawMessage `json:"raw,omitempty"`
}

const sound = `{
 "name": "x", "n": 1, "at": "2026-03-01T02:00:00Z", "share": 0.5,
 "items": [{"name": "y", "n": 2}], "raw": {"any": [1]}
}`

func check(f *file, report jsonfile.Report) {
	for i := range f.Items {
		if f.Items[i].N < 0 {
			report("items[0].n", "is negative")
		}
	}
	if f.Name == "" || f.At.IsZero() || f.N == 0 {
		report("name", "is empty")
	}
}

func TestRead(t *testing.T) {
	for _, c := range []func(*file, jsonfile.Report){nil, check} {
		if f, err := jsonfile.Read("a.json", []byte(sound), c); err != nil || f.N != 1 || f.Items[0].Name != "y" {
			t.Errorf("%+v, %v", f, err)
		}
	}
	for _, c := range []struct{ old, new, want string }{
		{`"n": 1, `, ``, "a.json:1:1: n: is missing"},
		{`"n": 2`, `"m": 2`, `a.json:3:26: items[0]: unknown field "m"; did you mean "n"? (allowed: name, n)`},
		{`"n": 2`, `"n": -2`, "a.json:3:31: items[0].n: is negative"},
		{`"n": 2`, `"n": 2.5`, "a.json:3:31: items[0].n: is 2.5 (allowed: a whole number)"},
		{`"share": 0.5`, `"share": true`, "share: is true (allowed: a number)"},
		{`"share": 0.5`, `"share": {}`, "share: is an object (allowed: a number)"},
		{`"at": "2026`, `"at": "20x6`, `at: is "20x6-03-01T02:00:00Z" (allowed: a time such as`},
		{`"items": [`, `"count": -1, "items": [`, "count: is -1 (allowed: a whole number from 0)"},
		{`"items": [`, `"yes": "no", "items": [`, `yes: is "no" (allowed: true or false)`},
		{`[{"name": "y", "n": 2}]`, `{}`, "items: is an object (allowed: a list)"},
		{`{"name": "y", "n": 2}`, `[]`, "items[0]: is a list (allowed: an object)"},
		{`"n": 1`, `"n": 1, "n": 1, "o": 1`, "n: is there twice"},
		{"]}\n}", "", "the file is truncated"},
		{"]}\n}", "]}\n}\nmore", "a.json:5:1: more follows after the end of the value"},
		{`[1]`, `[1 2]`, "not JSON"},
		{`[1]`, strings.Repeat("[", 100), "deep within each other"},
	} {
		text := strings.Replace(sound, c.old, c.new, 1)
		if text == sound {
			t.Errorf("%s: nothing was changed", c.old)
		}
		_, err := jsonfile.Read("a.json", []byte(text), check)
		var located *problem.Problem
		if !errors.As(err, &located) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.new, err, c.want)
		}
	}
	for _, text := range []string{"", "null", "[]", "1", "\x00", `"x"`} {
		if _, err := jsonfile.Read("a.json", []byte(text), check); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(`{"items":[{"n":1e99}],"at":"x"}`))
	f.Add([]byte("{\"a\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := jsonfile.Read("a.json", data, check)
		if err != nil {
			return
		}
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jsonfile.Read("a.json", text, check); err != nil {
			t.Errorf("%s\nis written as %s: %v", data, text, err)
		}
	})
}
