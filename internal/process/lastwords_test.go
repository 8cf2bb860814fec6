package process

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLastWords(t *testing.T) {
	const started = `{"level":"info","ts":"2026-11-29T11:00:00Z","msg":"starting an etcd server"}` + "\n"
	for name, c := range map[string]struct{ log, want string }{
		"empty":        {"", ""},
		"only a line":  {"hello\n\n", "hello"},
		"only logged":  {started, "starting an etcd server"},
		"logger":       {started + `{"level":"fatal","msg":"failed to create WAL","error":"no space"}` + "\n" + started, "failed to create WAL: no space"},
		"own words":    {started + `{"level":"error","msg":"x"}` + "\nmember: listen tcp: too many open files\n" + started, "member: listen tcp: too many open files"},
		"panic":        {started + "panic: oh\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1\nexit status 2\n", "panic: oh"},
		"two panics":   {"panic: first\npanic: second\ngoroutine 7\n", "panic: second"},
		"fatal error":  {"member: x\nfatal error: runtime: out of memory\n\ngoroutine 1\n", "fatal error: runtime: out of memory"},
		"signal":       {"SIGXFSZ: file size limit exceeded\nPC=0x47\n", "SIGXFSZ: file size limit exceeded"},
		"no log entry": {`{"level":` + "\n", `{"level":`},
		"no UTF-8":     {"panic: \xff\n", "panic: ?"},
		"long":         {"panic: " + strings.Repeat("ä", 400), "panic: " + strings.Repeat("ä", 196) + "..."},
	} {
		if got := lastWords(c.log); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The cause stands before the stacks of all goroutines, and a log may be long.
func TestLastWordsOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n1.log")
	text := strings.Repeat("earlier\n", 1<<16) + "panic: the cause\n" + strings.Repeat("goroutine\n", 1<<10)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := LastWords(path); got != "panic: the cause" {
		t.Errorf("%q", got)
	}
	for _, none := range []string{path + ".none", filepath.Dir(path)} {
		if got := LastWords(none); got != "" {
			t.Errorf("%s: %q", none, got)
		}
	}
}

func FuzzLastWords(f *testing.F) {
	for _, seed := range []string{"panic: x\n", `{"level":"fatal","msg":"m","error":"e"}`, "member: \xf0\x9f", "\n\n", strings.Repeat("ä", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, log string) {
		got := lastWords(log)
		if len(got) > mostWords+len("...") || !utf8.ValidString(got) || strings.Contains(got, "\n") && !strings.Contains(log, `\n`) {
			t.Errorf("%q of %q", got, log)
		}
	})
}

// What is stored names no folder above the run's.
func TestUnreadyTellsTheLogsLastLine(t *testing.T) {
	trial := t.TempDir()
	log := filepath.Join(trial, "members", "n1.log")
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(log, []byte("member: open "+trial+"/members/x: too many open files\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cause := errors.New("ended before it served: exit code 1")
	u := Unready("member n1", cause, log, false)
	if want := "member n1 ended before it served: exit code 1: member: open members/x: too many open files (n1.log)"; u.Error() != want {
		t.Errorf("got  %s\nwant %s", u, want)
	}
	if !errors.Is(u, cause) || u.Log != log || u.Noise {
		t.Errorf("%+v", u)
	}
	said := Unready("member n1", errors.New("failed: open members/x: too many open files"), log, false)
	if got := said.Error(); strings.Count(got, "too many") != 1 {
		t.Errorf("said twice: %s", got)
	}
	if got := Unready("the worker", cause, "", true).Error(); got != "the worker ended before it served: exit code 1" {
		t.Errorf("without a log: %s", got)
	}
}
