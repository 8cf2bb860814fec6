package report_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/summary"
)

// apart is the folder of a summary that was written apart from its run.
func apart(t testing.TB, text []byte) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, results.FiguresFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func shown(s summary.Summary) (string, error) {
	var text bytes.Buffer
	err := errors.Join(report.Detail(&text, s), report.Terminal(&text, s, "example"))
	return text.String(), err
}

func figuresText(t testing.TB) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := report.Write("figures", &text, input()); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// What is read shows what was written, below one more warning.
func TestFiguresApartShowWhatTheRunShows(t *testing.T) {
	got, err := summary.ReadFigures(apart(t, figuresText(t)))
	if err != nil {
		t.Fatal(err)
	}
	want := sample()
	want.Warnings = slices.Concat(got.Warnings[:1], want.Warnings)
	wanted, err := shown(want)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := shown(got); err != nil || text != wanted || !strings.Contains(text, "warning: figures only: ") {
		t.Errorf("%v:\n%s\nwant\n%s", err, text, wanted)
	}
}

func TestFiguresThatAreNone(t *testing.T) {
	text := string(figuresText(t))
	for name, c := range map[string]struct{ text, want string }{
		"kind":   {strings.Replace(text, `"figures only"`, `"figures"`, 1), `kind "figures" of schema 1 (allowed:`},
		"schema": {strings.Replace(text, `"schema":1`, `"schema":2`, 1), `of schema 2 (allowed:`},
		"broken": {text[:len(text)/2], "figures.json: byte "},
		"fixes":  {`{"schema": 1, "kind": "figures only", "run": {"fixes": [{}]}}`, "0 fixes, of a run of 1"},
	} {
		_, err := summary.ReadFigures(apart(t, []byte(c.text)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzFiguresApart(f *testing.F) {
	f.Add(figuresText(f))
	f.Add([]byte(`{"schema": 1, "kind": "figures only", "fixes": [{}], "run": {"fixes": [{}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := summary.ReadFigures(apart(t, text))
		if err != nil {
			return
		}
		if _, err := shown(s); err != nil {
			t.Error(err)
		}
	})
}
