package signoff_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"aftershock/results/signoff"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The published schemas name all that is signed, and refuse what is not.
func TestTheSchemasDescribeWhatIsSigned(t *testing.T) {
	m := signed(t, folderOf(t, options{}))
	for kind, name := range map[string]string{
		signoff.EvidenceType: "evidence-1", signoff.RegistrationType: "registration-1",
	} {
		schema := compiled(t, name)
		for _, e := range m.bundle {
			if e.Statement.PredicateType != kind {
				continue
			}
			if err := schema.Validate(decoded(t, e.Statement.Predicate)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			var fields map[string]json.RawMessage
			must(t, json.Unmarshal(e.Statement.Predicate, &fields))
			for field, value := range fields {
				delete(fields, field)
				without, err := json.Marshal(fields)
				must(t, err)
				if schema.Validate(decoded(t, without)) == nil {
					t.Errorf("%s: accepted without %s", name, field)
				}
				fields[field] = value
			}
		}
	}
}

// compiled is a schema with those that it refers to.
func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for _, each := range []string{"summary-1", "decision-1", "evidence-1", "registration-1"} {
		text, err := os.ReadFile("../../docs/schema/" + each + ".schema.json")
		must(t, err)
		must(t, compiler.AddResource("urn:aftershock:"+each, decoded(t, text)))
	}
	schema, err := compiler.Compile("urn:aftershock:" + name)
	must(t, err)
	return schema
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	must(t, err)
	return value
}
