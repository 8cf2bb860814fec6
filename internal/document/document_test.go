package document

import (
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/internal/problem"
)

// root parses a text that is YAML.
func root(t *testing.T, text string) (Value, *problem.List) {
	t.Helper()
	list := problem.NewList("f", text)
	v, ok := Parse(list, "thing", []byte(text))
	if !ok {
		t.Fatal(list.Err())
	}
	return v, list
}

// expect compares the messages, without the excerpts.
func expect(t *testing.T, list *problem.List, want ...string) {
	t.Helper()
	var got []string
	if err := list.Err(); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if strings.HasPrefix(line, "f:") {
				got = append(got, line)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestTheRootIsCalledByWhatTheFileIs(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "f:1:1: the file is empty",
		"a: 1\n---\nb: 2":               "f:3:1: thing: holds more than one YAML document",
		strings.Repeat("#", Largest+1):  "f:1:1: the file has 16385 bytes; a thing has at most 16384",
		"\xff":                          "f:1:1: the file is not UTF-8 text",
		"a: [":                          "f:1:4: not YAML: sequence end token ']' not found",
		"- " + strings.Repeat("x", 200): "",
		"%YAML 1.2\n---\na: 1\n...":     "",
		"---\na: 1\n---\n":              "",
		"%YAML 1.2\n---\na: 1\n---\nb:": "f:5:1: thing: holds more than one YAML document",
		"%YAML 1.2\n---\n":              "f:1:1: the file is empty",
		"%YAML 1.2\na: 1":               "f:1:1: not YAML: unexpected directive value. document not started",
	} {
		list := problem.NewList("f", text)
		if _, ok := Parse(list, "thing", []byte(text)); ok != (want == "") {
			t.Errorf("%.20q: ok is %v", text, ok)
		}
		if want != "" {
			expect(t, list, want)
		}
	}
}

func TestPathsAreToldFromNames(t *testing.T) {
	for text, want := range map[string]bool{
		"leader-churn": false, "mine.yaml": true, "mine.yml": true, "./mine": true, "/mine": true, "yaml": false, "mine.yaml.txt": false,
	} {
		if got := IsPath(text); got != want {
			t.Errorf("IsPath(%q) = %v", text, got)
		}
	}
}

// What says how the text is to be read is allowed as far as it changes nothing.
func TestDirectives(t *testing.T) {
	v, list := root(t, "# first\n%YAML 1.2\n---\na: 1\nb: x")
	v.Field("b").Integer(1, 2)
	expect(t, list, `f:5:4: b: "x" is not a whole number: write digits alone, such as 8 or 40 (allowed: 1 to 2)`)
	_, list = root(t, "%TAG ! tag:x,2000:\n---\na: 1")
	expect(t, list, `f:1:1: directive "%TAG ! tag:x,2000:" is not read (allowed: %YAML 1.1, %YAML 1.2)`)
}

func TestMergeKeysAreRefusedByWhatTheyAre(t *testing.T) {
	v, list := root(t, "a: &x {c: 1}\nb:\n  <<: *x\n  ~: 1")
	v.Field("b").Entries()
	expect(t, list,
		"f:3:3: field: << merges the fields of another mapping, which is not read: write them out here",
		"f:4:3: field: must be a plain name with a value")
}

// One mistake is one error: what is behind it, or would follow from its value, is not known to be wrong.
func TestAMistakeIsNotReportedTwice(t *testing.T) {
	v, list := root(t, "nam: a\nsiz: x")
	o, ok := v.Object([]string{"name", "size"}, nil)
	if text, _ := o["name"].Text(); !ok || text != "a" {
		t.Errorf("read %q, %v", text, ok)
	}
	o["size"].Integer(1, 2)
	expect(t, list, // what a misspelt field holds is read
		`f:1:1: thing: unknown field "nam"; did you mean "name"? (allowed: name, size)`,
		`f:2:1: thing: unknown field "siz"; did you mean "size"? (allowed: name, size)`,
		`f:2:6: size: "x" is not a whole number: write digits alone, such as 8 or 40 (allowed: 1 to 2)`)
	v, list = root(t, "<<: {name: a, size: 1}")
	v.Object([]string{"name", "size"}, nil)
	expect(t, list, "f:1:1: field: << merges the fields of another mapping, which is not read: write them out here")
	v, list = root(t, "names: b\nnamed: c\nname: a") // the right one is there
	if o, _ = v.Object([]string{"name"}, nil); len(o) != 1 {
		t.Errorf("read %v", o)
	}
	if text, _ := o["name"].Text(); text != "a" {
		t.Errorf("read %q", text)
	}
	expect(t, list,
		`f:1:1: thing: unknown field "names"; did you mean "name"? (allowed: name)`,
		`f:2:1: thing: unknown field "named"; did you mean "name"? (allowed: name)`)
}

// Editors of Windows end lines by two characters and put a mark in front; neither may move a place.
func TestLineEndsAndMarksMoveNoPlace(t *testing.T) {
	const text = "# one\n# two\n\na: 1 # three\n# four\nb:\n  - x\n  # five\n  - 'é' \nc: |\n  long\n  text\nd: 12x\n"
	for name, given := range map[string]string{
		"as it is": text, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "CR": strings.ReplaceAll(text, "\n", "\r"),
		"mark": "\ufeff" + text, "both": "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			v, list := root(t, given)
			v.Object([]string{"a", "c"}, nil)
			v.Field("d").Integer(1, 2)
			items, _ := v.Field("b").Items("item")
			items[1].Word()
			if text, _ := v.Field("c").Text(); text != "long\ntext\n" {
				t.Errorf("read %q", text)
			}
			expect(t, list,
				`f:6:1: thing: unknown field "b"; did you mean "a"? (allowed: a, c)`,
				`f:9:5: item: "é" is not a name (allowed: lower-case letters and digits with single hyphens between, at most 64)`,
				`f:13:1: thing: unknown field "d"; did you mean "a"? (allowed: a, c)`,
				`f:13:4: d: "12x" is not a whole number: write digits alone, such as 8 or 40 (allowed: 1 to 2)`)
		})
	}
}
func TestObjectReportsAllAtOnce(t *testing.T) {
	v, list := root(t, "name: a\nnames: b\nname: c")
	o, ok := v.Object([]string{"name", "size"}, []string{"colour"})
	if text, _ := o["name"].Text(); !ok || text != "a" || o["colour"].Given() || !o["name"].Given() {
		t.Errorf("read %v, %v", o, ok)
	}
	expect(t, list,
		"f:1:1: thing: lacks size (fields: name, size, colour)",
		`f:2:1: thing: unknown field "names"; did you mean "name"? (allowed: name, size, colour)`,
		"f:3:1: name: is given twice, first in line 1")
}

func TestFieldLooksAheadAndReportsNothing(t *testing.T) {
	v, list := root(t, "rule: first\nrule: second\nother: [1]")
	if text, ok := v.Field("rule").Text(); !ok || text != "first" {
		t.Errorf("got %q, %v", text, ok)
	}
	for _, missing := range []Value{v.Field("absent"), v.Field("other").Field("rule"), v.Field("absent").Field("rule")} {
		if missing.Given() {
			t.Errorf("%+v was given", missing)
		}
	}
	expect(t, list)
}

func TestOneOrMore(t *testing.T) {
	v, list := root(t, "one: a\nmore: [b, c]\nnone: []\nwrong: {d: e}")
	texts := func(field string) (all []string, ok bool) {
		values, ok := v.Field(field).OneOrMore("letter")
		for _, value := range values {
			text, _ := value.Text()
			all = append(all, text)
		}
		return all, ok
	}
	for field, want := range map[string][]string{"one": {"a"}, "more": {"b", "c"}} {
		if got, ok := texts(field); !ok || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", field, got, ok)
		}
	}
	for _, field := range []string{"none", "absent"} {
		if got, ok := texts(field); ok || got != nil {
			t.Errorf("%s: %v, %v", field, got, ok)
		}
	}
	texts("wrong")
	expect(t, list, "f:3:7: none: must name at least one letter", "f:4:8: wrong: must be a single value, not a mapping")
}

// One of our fixes is called null, which YAML takes for nothing.
func TestNullIsNoName(t *testing.T) {
	v, list := root(t, "a: null\nb:\nc: 'null'")
	for _, field := range []string{"a", "b", "c"} {
		v.Field(field).Word()
	}
	expect(t, list,
		`f:1:4: a: must be a single value, not nothing (the name is written "null", in quotes)`,
		"f:2:3: b: must be a single value, not nothing")
}

// What a run lacks is known long after its policy was read, and is reported at the policy's place all the same.
func TestToReportsLaterAtTheSamePlace(t *testing.T) {
	v, first := root(t, "name: a\nsize: 5")
	second := problem.NewList("f", "name: a\nsize: 5")
	v.Field("size").To(second).Addf("is too large")
	expect(t, first)
	expect(t, second, "f:2:7: size: is too large")
}

func TestMissingValuesReportNothingMore(t *testing.T) {
	v, list := root(t, "a: 1")
	o, _ := v.Object([]string{"a"}, []string{"b"})
	missing := o["b"]
	missing.Text()
	missing.Sentence()
	missing.Word()
	missing.OneOf("letter", []string{"x"})
	missing.Integer(1, 2)
	missing.Duration(0, time.Hour)
	missing.Rate(0, 1)
	missing.Share()
	missing.Items("item")
	missing.Object([]string{"x"}, nil)
	if line := missing.Line(); line != 1 {
		t.Errorf("a missing value lies in line %d", line)
	}
	expect(t, list)
}

func TestValues(t *testing.T) {
	v, list := root(t, "n: 3\nd: 250ms\nr: 10/s\ns: 5%\nw: some-name\np: ' a line '")
	d, _ := v.Field("d").Duration(0, time.Second)
	r, _ := v.Field("r").Rate(1, 10)
	s, _ := v.Field("s").Share()
	w, _ := v.Field("w").Word()
	p, _ := v.Field("p").Sentence()
	if n := v.Field("n").Integer(3, 3); n != 3 || d != 250*time.Millisecond || r != 10 || s != 0.05 || w != "some-name" || p != "a line" {
		t.Errorf("read %d, %v, %v, %v, %q, %q", n, d, r, s, w, p)
	}
	expect(t, list)
}

func TestValuesOutOfRange(t *testing.T) {
	v, list := root(t, "n: 3\nd: 2s\nr: 10/s\ns: 100%\nw: Some_Name\no: rde")
	v.Field("n").Integer(4, 9)
	v.Field("d").Duration(0, time.Second)
	v.Field("r").Rate(0.5, 9)
	v.Field("s").Share()
	v.Field("w").Word()
	v.Field("o").OneOf("colour", []string{"red", "green"})
	expect(t, list,
		"f:1:4: n: 3 is out of range (allowed: 4 to 9)",
		"f:2:4: d: 2s is out of range (allowed: 0s to 1s)",
		"f:3:4: r: 10/s is out of range (allowed: 0.5/s to 9/s)",
		"f:4:4: s: 100% is out of range (allowed: between 0% and 100%, both excluded)",
		`f:5:4: w: "Some_Name" is not a name (allowed: lower-case letters and digits with single hyphens between, at most 64)`,
		`f:6:4: o: unknown colour "rde"; did you mean "red"? (allowed: red, green)`)
}

// Whatever the text, reading it ends, and each problem has a place in it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a: 1", "- [x, {y: z}]", "a: &b 1\nc: *b", "? [a]\n: b", "a: |\n  text", "\t", "{", "a: !!str 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := problem.NewList("f", text)
		if v, ok := Parse(list, "thing", []byte(text)); ok {
			o, _ := v.Object([]string{"a"}, []string{"b"})
			o["a"].OneOrMore("item")
			o["b"].Word()
			v.Field("a").Object([]string{"c"}, nil)
			v.Items("item")
		} else if list.Err() == nil {
			t.Error("refused without a problem")
		}
		if err := list.Err(); err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("a problem without a place: %v", err)
		}
	})
}
