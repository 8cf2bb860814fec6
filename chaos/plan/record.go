package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"aftershock/internal/nearest"
	"aftershock/internal/problem"
	"aftershock/internal/units"
)

// latest bounds every time in a plan, so that sums of them cannot overflow.
const latest = 24 * time.Hour

// key is a key that a kind of line may have.
type key struct {
	name     string
	required bool
}

// grammar lists the kinds of lines and their keys, in the order in which Format writes them.
var grammar = []struct {
	kind string
	keys []key
}{
	{"plan", []key{{"scenario", true}, {"seed", true}, {"pair", true}}},
	{"client", []key{{"name", true}, {"pin", true}}},
	{"event", []key{{"id", true}, {"at", true}, {"fault", true}, {"target", false}, {"to", false}, {"for", false}}},
}

// field is a part of a line, and the column in which it starts.
type field struct {
	text   string
	column int
}

// split cuts a line at its blanks.
func split(line string) []field {
	var fields []field
	column := 1
	for line != "" {
		n := strings.IndexAny(line, " \t")
		if n < 0 {
			n = len(line)
		}
		if n > 0 {
			fields = append(fields, field{line[:n], column})
		}
		column += utf8.RuneCountInString(line[:n]) + 1
		line = line[min(n+1, len(line)):]
	}
	return fields
}

// record is one line of key=value fields. Its readers add a problem and return a zero value when a value is bad.
type record struct {
	problems *problem.List
	line     int
	kind     field
	values   map[string]field
	bad      bool // a problem was added
}

// newRecord reads a line's fields and tells whether its kind is known. Beside the keys of its kind it may have these
// parameters, or any.
func newRecord(problems *problem.List, line int, fields []field, params []string, anyParam bool) (*record, bool) {
	r := &record{problems: problems, line: line, kind: fields[0], values: map[string]field{}}
	keys, ok := keysOf(r.kind.text)
	if !ok {
		kinds := make([]string, len(grammar))
		for i, g := range grammar {
			kinds[i] = g.kind
		}
		r.addf(r.kind, "%v", nearest.Unknown("kind of line", r.kind.text, kinds))
		return r, false
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	names = append(names, params...)
	for _, f := range fields[1:] {
		r.add(f, names, anyParam)
	}
	for _, k := range keys {
		if _, found := r.values[k.name]; k.required && !found {
			r.addf(r.kind, "%s lacks %s= (keys: %s)", r.kind.text, k.name, strings.Join(names, ", "))
		}
	}
	return r, true
}

func keysOf(kind string) ([]key, bool) {
	for _, g := range grammar {
		if g.kind == kind {
			return g.keys, true
		}
	}
	return nil, false
}

// add stores one key=value field.
func (r *record) add(f field, allowed []string, anyKey bool) {
	name, value, found := strings.Cut(f.text, "=")
	_, twice := r.values[name]
	switch {
	case !found:
		r.addf(f, "%q is not key=value (keys: %s)", f.text, strings.Join(allowed, ", "))
	case !anyKey && !slices.Contains(allowed, name):
		r.addf(f, "%v", nearest.Unknown("key", name, allowed))
	case twice:
		r.addf(f, "%s= is given twice", name)
	default:
		r.values[name] = field{value, f.column + utf8.RuneCountInString(name) + 1}
	}
}

func (r *record) addf(at field, format string, args ...any) {
	r.bad = true
	r.problems.Addf(r.line, at.column, format, args...)
}

func (r *record) word(name string) string {
	f, found := r.values[name]
	if found && !isWord(f.text) {
		r.addf(f, "%s=%q is not a name (allowed: letters, digits, \".\", \"_\", \"-\")", name, f.text)
		return ""
	}
	return f.text
}

// params reads the parameters of an event of this fault.
func (r *record) params(rule FaultRule) Params {
	names := rule.ParamNames()
	if rule.Draws {
		names = append(names, drawKey)
	}
	var params Params
	for _, name := range names {
		f, found := r.values[name]
		if !found {
			continue
		}
		if err := rule.CheckParam(name, f.text); err != nil {
			r.addf(f, "%v", err)
			continue
		}
		if params == nil {
			params = Params{}
		}
		params[name] = f.text
	}
	return params
}

func (r *record) number(name string, lowest, highest uint64) uint64 {
	f, found := r.values[name]
	if !found {
		return 0
	}
	n, err := strconv.ParseUint(f.text, 10, 64)
	if err != nil || n < lowest || n > highest {
		r.addf(f, "%s=%q is not a whole number from %d to %d", name, f.text, lowest, highest)
		return 0
	}
	return n
}

func (r *record) duration(name string, shortest time.Duration) time.Duration {
	f, found := r.values[name]
	if !found {
		return 0
	}
	d, err := units.Duration(f.text)
	switch {
	case err != nil:
		r.addf(f, "%s: %v", name, err)
	case d < shortest || d > latest:
		r.addf(f, "%s=%v is out of range (allowed: %s to %s)", name, d, units.Short(shortest), units.Short(latest))
	default:
		return d
	}
	return 0
}
