package hlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"aftershock/results/hlog"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Two trials an hour apart: every histogram is there once, under its trial's tag and at its own time.
func TestMerge(t *testing.T) {
	first := read(t, small(t))
	second := first
	second.Base = first.Base.Add(time.Hour)
	var text bytes.Buffer
	m, err := hlog.NewMerger(&text, first.Base)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(m.Comment("left out:\nTag=x,1,1,1,y"), m.Add("null.before.01", first), m.Add("null.after.01", second), m.Close())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "\n#[left out: Tag=x,1,1,1,y]\n") {
		t.Errorf("no comment in\n%s", text.String())
	}
	got := readBack(t, text.Bytes())
	want := readBack(t, []byte(small(t)))
	if len(got) != 2*len(want) {
		t.Fatalf("%d histograms, want twice %d", len(got), len(want))
	}
	last := int64(0)
	for i, h := range got {
		prefix, later := "null.before.01.", int64(0)
		if i >= len(want) {
			prefix, later = "null.after.01.", time.Hour.Milliseconds()
		}
		w := want[i%len(want)]
		if h.Tag() != prefix+w.Tag() || !h.Equals(w) {
			t.Errorf("line %d: %d of %s, want %d of %s%s", i, h.TotalCount(), h.Tag(), w.TotalCount(), prefix, w.Tag())
		}
		// The library's reader cuts sums of float64 to milliseconds.
		if abs(h.StartTimeMs()-w.StartTimeMs()-later) > 1 || abs(h.EndTimeMs()-w.EndTimeMs()-later) > 1 {
			t.Errorf("line %d: [%d, %d), want %d later than [%d, %d)", i, h.StartTimeMs(), h.EndTimeMs(), later, w.StartTimeMs(), w.EndTimeMs())
		}
		if h.StartTimeMs() < last {
			t.Errorf("line %d goes back in time", i)
		}
		last = h.StartTimeMs()
	}
}

// The reader in C takes a comment behind the legend for a truncated interval, and refuses the file.
func TestCommentsStandBeforeTheLegend(t *testing.T) {
	log := read(t, small(t))
	var text bytes.Buffer
	m, err := hlog.NewMerger(&text, log.Base)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.Comment("before"), m.Add("null.before.01", log)); err != nil {
		t.Fatal(err)
	}
	if err := m.Comment("behind"); err == nil {
		t.Error("a comment behind the legend is written")
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	head, lines, found := strings.Cut(text.String(), "\n\"StartTimestamp\"")
	if !found || !strings.Contains(head, "#[before]") || strings.Contains(lines, "#") || !strings.Contains(lines, "Tag=null.before.01") {
		t.Errorf("%s", text.String())
	}
}

// A log of nothing is one all the same.
func TestAnEmptyMergeHasALegend(t *testing.T) {
	var text bytes.Buffer
	m, err := hlog.NewMerger(&text, time.UnixMilli(1000))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil || !strings.Contains(text.String(), "StartTimestamp") {
		t.Errorf("%v: %s", err, text.String())
	}
}

// Every line of a merged log has the form that the format describes, and a tag without what would end it.
func TestMergedLines(t *testing.T) {
	var text bytes.Buffer
	log := read(t, small(t))
	m, err := hlog.NewMerger(&text, log.Base)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.Add("context-isolation.after.03-again1", log), m.Close()); err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^(#\[.*\]|"StartTimestamp",.*|Tag=[A-Za-z0-9._-]+(,\d+\.\d+){3},HISTF[A-Za-z0-9+/=]+)$`)
	for line := range strings.Lines(text.String()) {
		if !form.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("%s", line)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	log := read(t, small(t))
	var text bytes.Buffer
	m, err := hlog.NewMerger(&text, log.Base)
	if err != nil {
		t.Fatal(err)
	}
	early := log
	early.Base = log.Base.Add(-time.Millisecond)
	for name, err := range map[string]error{
		"prefix \"\"": m.Add("", log), "prefix \"a,b\"": m.Add("a,b", log), "prefix \"a b\"": m.Add("a b", log),
		"prefix \"a..b\"": m.Add("a..b", log), "prefix \"a\\nb\"": m.Add("a\nb", log), "x begins at": m.Add("x", early),
	} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
	if err := m.Close(); err != nil || strings.Contains(text.String(), "HISTF") {
		t.Errorf("%v, and wrote\n%s", err, text.String())
	}
	if _, err := hlog.NewMerger(&text, time.Time{}); err == nil || !strings.Contains(err.Error(), "before 1970") {
		t.Errorf("without a base: %v", err)
	}
}

func TestMergeReportsAFullDisk(t *testing.T) {
	log := read(t, small(t))
	for range 20 { // more than a buffer holds
		log.Lines = append(log.Lines, log.Lines...)
		if len(log.Lines) > 1000 {
			break
		}
	}
	m, err := hlog.NewMerger(full{}, log.Base)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Add("x", log); !errors.Is(err, errFull) {
		t.Errorf("adding: %v, want %v", err, errFull)
	}
	if err := m.Close(); !errors.Is(err, errFull) {
		t.Errorf("closing: %v, want %v", err, errFull)
	}
}

// What a run's report of some hundred trials spends on each.
func BenchmarkRead(b *testing.B) {
	text := small(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := hlog.Read(strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleMerger() {
	var text bytes.Buffer
	m, err := hlog.NewMerger(&text, time.UnixMilli(1000))
	if err != nil {
		fmt.Println(err)
		return
	}
	h := hdrhistogram.New(1, 1000, 3)
	payload, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := hlog.Line{Tag: "batch.steady", From: time.Second, Length: time.Second, Max: "0.000000", Histogram: string(payload)}
	log := hlog.Log{Base: time.UnixMilli(3500), Lines: []hlog.Line{line}}
	if err := errors.Join(m.Add("null.before.01", log), m.Close()); err != nil {
		fmt.Println(err)
		return
	}
	lines := strings.Split(text.String(), "\n")
	fmt.Println(lines[4])
	fmt.Println(lines[6][:len("Tag=null.before.01.batch.steady,3.500000,1.000000,0.000000,HISTF")])
	// Output:
	// #[BaseTime: 1.000 (seconds since epoch)]
	// Tag=null.before.01.batch.steady,3.500000,1.000000,0.000000,HISTF
}
