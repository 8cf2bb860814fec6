package fixes_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// A folder has its fix's name, as flags and pages write it, and its package the same without hyphens, which Go does not
// allow there.
func TestFoldersAndPackagesOfFixesHaveOneName(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.ReplaceAll(filepath.Dir(name), "-", "")
		if got := strings.TrimSuffix(f.Name.Name, "_test"); got != want {
			t.Errorf("%s is of package %s, want %s", name, got, want)
		}
	}
}
