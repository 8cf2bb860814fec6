package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// recorder is a test that fails without failing.
type recorder struct {
	testing.TB
	said  string
	fatal bool
}

func (*recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.said = fmt.Sprintf(format, args...) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.said, r.fatal = fmt.Sprintf(format, args...), true
	runtime.Goexit()
}

// compare runs Compare as another test would.
func compare(path, got string) *recorder {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		Compare(r, path, []byte(got))
	}()
	<-done
	return r
}

func TestCompare(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.txt")
	if err := os.WriteFile(path, []byte("one\ntwo\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, got, want string
		fatal           bool
	}{
		{path, "one\ntwo\n", "", false},
		{path, "one\ntoo\n", "line 2 differs", false},
		{path, "one\ntwo", "line 2 differs", false},
		{path, "", "line 1 differs", false},
		{path + "x", "one", "no such file", true},
	} {
		r := compare(c.path, c.got)
		if !strings.Contains(r.said, c.want) || c.want == "" && r.said != "" || r.fatal != c.fatal {
			t.Errorf("%q: %q (fatal %v), want %q (fatal %v)", c.got, r.said, r.fatal, c.want, c.fatal)
		}
	}
}

func TestUpdate(t *testing.T) {
	before := *update
	*update = true
	t.Cleanup(func() { *update = before })
	path := filepath.Join(t.TempDir(), "testdata", "file.txt")
	if r := compare(path, "new\n"); r.said != "" {
		t.Error(r.said)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "new\n" {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "in-the-way"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if r := compare(filepath.Join(filepath.Dir(path), "in-the-way", "file.txt"), "new\n"); !r.fatal {
		t.Error("a file that cannot be written is no error")
	}
}
