package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/bisect"
	"aftershock/results/gate"
	"aftershock/results/profile"
	"aftershock/results/summary"
	"aftershock/results/trend"
	"aftershock/scenarios/article/claims"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemas = "../../docs/schema"

// published are the schemas, the types that they describe and what a sample of each looks like.
func published() map[string]struct {
	of     reflect.Type
	sample any
} {
	type entry = struct {
		of     reflect.Type
		sample any
	}
	return map[string]entry{
		"summary-1.schema.json":     {reflect.TypeFor[summary.Summary](), sample()},
		"calibration-1.schema.json": {reflect.TypeFor[results.Calibration](), sampleRun().Calibration},
		"versus-1.schema.json":      {reflect.TypeFor[summary.Versus](), sampleVersus()},
		"outages-1.schema.json":     {reflect.TypeFor[summary.Unarmed](), sampleOutages()},
		"profile-1.schema.json":     {reflect.TypeFor[profile.Comparison](), sampleProfile()},
		"claims-1.schema.json":      {reflect.TypeFor[claims.Table](), sampleClaims()},
		"decision-1.schema.json":    {reflect.TypeFor[gate.Decision](), sampleDecision()},
		"bisect-1.schema.json":      {reflect.TypeFor[bisect.Log](), sampleBisect()},
		"night-1.schema.json":       {reflect.TypeFor[trend.Night](), sampleNight()},
		"alarm-decision-1.schema.json": {reflect.TypeFor[trend.Decision](),
			trend.Decision{Schema: 1, Alarm: "x", State: trend.Fixed, Reason: "x"}},
	}
}

// sampleNight is what the test of nights leaves.
func sampleNight() (n trend.Night) {
	if err := results.ReadJSON("../trend/testdata/night.json", &n); err != nil {
		panic(err)
	}
	return n
}

// sampleClaims is what the test of the claims leaves.
func sampleClaims() (t claims.Table) {
	if err := results.ReadJSON("../../scenarios/article/claims/testdata/claims.json", &t); err != nil {
		panic(err)
	}
	return t
}

func compile(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(filepath.Join(schemas, name))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// instance is a JSON text as the validator takes it.
func instance(t testing.TB, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func marshalled(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSchemasAcceptWhatIsWritten(t *testing.T) {
	for name, c := range published() {
		schema := compile(t, name)
		for what, text := range map[string][]byte{
			"the sample": marshalled(t, c.sample),
			"all set":    marshalled(t, filled(c.of).Interface()),
		} {
			if err := schema.Validate(instance(t, text)); err != nil {
				t.Errorf("%s does not accept %s: %v", name, what, err)
			}
		}
	}
}

func TestSchemaAcceptsAComputedSummary(t *testing.T) {
	text, err := os.ReadFile("../summary/testdata/summary.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(t, "summary-1.schema.json").Validate(instance(t, text)); err != nil {
		t.Error(err)
	}
}

// A schema that accepts anything would accept all of the above.
func TestSchemaRefuses(t *testing.T) {
	schema := compile(t, "summary-1.schema.json")
	text := string(marshalled(t, sample()))
	for what, c := range map[string]struct{ old, new string }{
		"an unknown field":     {`"noise":{`, `"noise":{"extra":1,`},
		"one of a nested type": {`"primary_row":{`, `"primary_row":{"extra":1,`},
		"a missing field":      {`"steal":0.001,`, ``},
		"another schema":       {`{"schema":1`, `{"schema":2`},
		"an unknown verdict":   {`"verdict":"improved"`, `"verdict":"better"`},
		"an unknown side":      {`"side":"after"`, `"side":"later"`},
		"a text for a number":  {`"strangers":0.0312`, `"strangers":"3 %"`},
		"a negative count":     {`"trials":98`, `"trials":-1`},
		"a p-value above 1":    {`"p":0.0078125`, `"p":1.5`},
		"a time without zone":  {`"2026-03-01T02:03:04Z"`, `"2026-03-01 02:03:04"`},
	} {
		changed := strings.Replace(text, c.old, c.new, 1)
		if changed == text {
			t.Errorf("%s: the sample holds no %s", what, c.old)
			continue
		}
		if schema.Validate(instance(t, []byte(changed))) == nil {
			t.Errorf("%s is accepted", what)
		}
	}
}

// A new field belongs into the schema, at its own place and with the right need for it.
func TestSchemasHaveEveryField(t *testing.T) {
	for name, c := range published() {
		text, err := os.ReadFile(filepath.Join(schemas, name))
		if err != nil {
			t.Fatal(err)
		}
		var root map[string]any
		if err := json.Unmarshal(text, &root); err != nil {
			t.Fatal(err)
		}
		w := walker{t: t, root: root, seen: map[reflect.Type]bool{}}
		w.object(name, root, c.of)
	}
}

// walker compares Go types with a schema's objects.
type walker struct {
	t    *testing.T
	root map[string]any
	seen map[reflect.Type]bool
}

func (w walker) object(at string, schema map[string]any, of reflect.Type) {
	if w.seen[of] {
		return
	}
	w.seen[of] = true
	properties, _ := schema["properties"].(map[string]any)
	if schema["additionalProperties"] != false {
		w.t.Errorf("%s allows properties that it does not name", at)
	}
	var required []string
	names := map[string]bool{}
	for _, f := range fields(of) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		names[name] = true
		if options == "" {
			required = append(required, name)
		}
		property, ok := properties[name].(map[string]any)
		if !ok {
			w.t.Errorf("%s has no property %s of %s.%s", at, name, of, f.Name)
			continue
		}
		w.property(at+"."+name, property, f.Type)
	}
	for name := range properties {
		if !names[name] {
			w.t.Errorf("%s has a property %s, and %s no such field", at, name, of)
		}
	}
	var says []string
	list, _ := schema["required"].([]any)
	for _, r := range list {
		says = append(says, r.(string))
	}
	slices.Sort(says)
	slices.Sort(required)
	if !slices.Equal(says, required) {
		w.t.Errorf("%s requires %v, and %s always writes %v", at, says, of, required)
	}
}

// property follows a field to the struct that it leads to, if it leads to one.
func (w walker) property(at string, schema map[string]any, of reflect.Type) {
	for {
		if ref, ok := schema["$ref"].(string); ok {
			schema, _ = w.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		switch {
		case of.Kind() == reflect.Pointer:
			of = of.Elem()
		case of.Kind() == reflect.Slice && of != reflect.TypeFor[json.RawMessage]():
			items, ok := schema["items"].(map[string]any)
			if !ok {
				w.t.Errorf("%s is a list in Go, and has no items", at)
				return
			}
			schema, of = items, of.Elem()
		case of.Kind() == reflect.Struct && of != reflect.TypeFor[time.Time]():
			w.object(at, schema, of)
			return
		default:
			return
		}
	}
}

// fields are those that become JSON, of embedded structs too.
func fields(of reflect.Type) (all []reflect.StructField) {
	for f := range of.Fields() {
		switch {
		case f.Anonymous:
			all = append(all, fields(f.Type)...)
		case inJSON(f):
			all = append(all, f)
		}
	}
	return all
}

// inJSON tells whether a field becomes JSON.
func inJSON(f reflect.StructField) bool { return f.IsExported() && f.Tag.Get("json") != "-" }

// filled is a value with nothing left out, so that every optional field is written.
func filled(of reflect.Type) reflect.Value {
	v := reflect.New(of).Elem()
	fill(v)
	return v
}

// words are values of types that have only a few.
var words = map[string]string{
	"Arm": "after", "Chosen": "calmest", "Status": "partial", "Scale": "ratio", "Better": "lower",
	"Method": "signed-rank", "Correction": "holm",
	"Open": "low", "Result": "fail", "Soundness": "sound", "State": "fixed",
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.Set(reflect.ValueOf(json.RawMessage(`{}`)))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
			return
		}
		for i := range v.NumField() {
			switch f := v.Type().Field(i); {
			case f.Name == "Registered": // a digest by its schema
				v.Field(i).SetString(strings.Repeat("0", 64))
			case inJSON(f):
				fill(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString("x")
		if word, ok := words[v.Type().Name()]; ok {
			v.SetString(word)
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.5)
	default:
		if v.CanInt() {
			v.SetInt(1)
		} else {
			v.SetUint(1)
		}
	}
}
