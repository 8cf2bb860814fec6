package manifest_test

import (
	"bytes"
	"testing"

	"aftershock/results"
	"aftershock/results/manifest"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The published schema names all that is written, and refuses what is not.
func TestTheSchemaDescribesEachLine(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile("../../docs/schema/manifest-1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(line []byte) bool {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err = schema.Validate(value); err != nil {
			t.Logf("%v", err)
		}
		return err == nil
	}
	w := newWorld(t)
	for i, o := range []manifest.Outcome{manifest.Valid, manifest.Invalid, manifest.Spoiled, manifest.Interrupted} {
		w.must(w.w.End(w.leave(1, []string{"a", "b", "c", "d"}[i]), o))
	}
	w.run.Command = nil // a field that goes
	w.end(results.Partial, "interrupted")
	lines := split(w.text(manifest.File))
	if len(lines) != 10 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if !valid(line) {
			t.Errorf("refused: %s", line)
		}
		for _, field := range []string{"line", "at", "digest"} {
			if valid(bytes.Replace(line, []byte(`"`+field+`":`), []byte(`"no_`+field+`":`), 1)) {
				t.Errorf("accepted without %s: %s", field, line)
			}
		}
	}
}
