package hlog_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/hlog"
)

// small is a log that Write wrote.
func small(t testing.TB) string {
	t.Helper()
	var text bytes.Buffer
	if err := hlog.Write(&text, write(t, smallLog), smallPhases, epochWall); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func read(t testing.TB, text string) hlog.Log {
	t.Helper()
	log, err := hlog.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestReadGivesEveryLine(t *testing.T) {
	text := small(t)
	log := read(t, text)
	if want := epochWall.Truncate(time.Millisecond); !log.Base.Equal(want) {
		t.Errorf("base %v, want %v", log.Base, want)
	}
	lines := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "Tag=") {
			l := log.Lines[lines]
			if !strings.HasPrefix(line, "Tag="+l.Tag+",") || !strings.HasSuffix(line, ","+l.Max+","+l.Histogram+"\n") {
				t.Errorf("%+v is not %s", l, line)
			}
			lines++
		}
	}
	if len(log.Lines) != lines || lines != 11 {
		t.Fatalf("%d lines, want %d", len(log.Lines), lines)
	}
	if l := log.Lines[2]; l.Tag != "batch.steady" || l.From != 600*time.Millisecond ||
		l.Length != 400*time.Millisecond {
		t.Errorf("%+v", l)
	}
}

// Wherever a log was cut, within a line or between two, nothing wrong is read from it.
func TestReadOfAPart(t *testing.T) {
	text := strings.Join(strings.SplitAfter(small(t), "\n")[2:9], "")
	whole, base := read(t, text).Lines, read(t, text).Base
	for n := range len(text) {
		log, err := hlog.Read(strings.NewReader(text[:n]))
		if err == nil && (len(log.Lines) > len(whole) || !slices.Equal(log.Lines, whole[:len(log.Lines)]) ||
			!log.Base.Equal(base)) {
			t.Fatalf("of the first %d bytes: %+v", n, log.Lines)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "hlog: ") {
			t.Fatal(err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	text := small(t)
	histogram := read(t, text).Lines[0].Histogram
	head := "#[BaseTime: 1.000 (seconds since epoch)]\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":               {"", "no BaseTime"},
		"another file":          {"goos: linux\n", "line 1: an interval before a BaseTime"},
		"absolute times":        {"1.0,1.0,1.0," + histogram + "\n", "line 1: an interval before a BaseTime"},
		"no number for a base":  {"#[BaseTime: soon (seconds since epoch)]\n", `line 1: BaseTime: "soon"`},
		"a base in another age": {"#[BaseTime: 9000000000000 (seconds since epoch)]\n", "line 1: BaseTime"},
		"too few fields":        {head + "1.0,1.0," + histogram + "\n", "line 2: 3 fields"},
		"too many":              {head + "Tag=a,b,1.0,1.0,1.0," + histogram + "\n", "line 2: 5 fields"},
		"no start":              {head + ",1.0,1.0," + histogram + "\n", "line 2: start"},
		"a negative start":      {head + "-1.0,1.0,1.0," + histogram + "\n", "line 2: start"},
		"an exponent":           {head + "1e0,1.0,1.0," + histogram + "\n", "line 2: start"},
		"not a number":          {head + "1.0,NaN,1.0," + histogram + "\n", "line 2: length"},
		"infinite":              {head + "1.0,1.0,Inf," + histogram + "\n", "line 2: maximum"},
		"no base64":             {head + "1.0,1.0,1.0,!\n", "line 2: histogram"},
		"half a histogram":      {head + "1.0,1.0,1.0," + histogram[:len(histogram)/8*4] + "\n", "line 2: histogram"},
		"a tag with a blank":    {head + "Tag=a b,1.0,1.0,1.0," + histogram + "\n", "line 2: tag"},
		"an endless line":       {head + strings.Repeat("x", 2<<20), "line 2: bufio.Scanner: token too long"},
	} {
		if log, err := hlog.Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) ||
			log.Lines != nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestReadReportsABrokenDisk(t *testing.T) {
	broken := errors.New("input/output error")
	text := strings.NewReader(small(t))
	if _, err := hlog.Read(io.MultiReader(text, errorReader{broken})); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
}

type errorReader struct{ error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.error }

// A phase may hold several times in a trial.
func TestSeveralWindowsOfAPhase(t *testing.T) {
	phases := []results.Phase{
		{Name: "trigger", From: 0, To: clock.Nanos(600 * ms)},
		{Name: "trigger", From: clock.Nanos(900 * ms), To: clock.Nanos(2000 * ms)},
	}
	var text bytes.Buffer
	if err := hlog.Write(&text, write(t, smallLog), phases, epochWall); err != nil {
		t.Fatal(err)
	}
	count := map[string]int64{}
	for _, h := range readBack(t, text.Bytes()) {
		count[h.Tag()] += h.TotalCount()
	}
	if count["batch.trigger"] != 5 || count["batch.outside"] != 3 || count["publish.trigger"] != 1 {
		t.Errorf("%v", count)
	}
}

func FuzzRead(f *testing.F) {
	lines := strings.SplitAfter(small(f), "\n")
	f.Add(strings.Join(lines[3:9], "")) // all of it would keep the fuzzer busy with making it shorter
	f.Add("#[BaseTime: 1.5 (seconds since epoch)]\nTag=a,0.1,1,2.5,HISTFAAA\n")
	f.Add("\"StartTimestamp\"\n#[StartTime: 1]\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		log, err := hlog.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		// What was read can be written and read again, and is the same.
		var out bytes.Buffer
		m, err := hlog.NewMerger(&out, log.Base)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Add("x", log); err != nil {
			t.Fatal(err)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := hlog.Read(&out)
		if err != nil || len(again.Lines) != len(log.Lines) {
			t.Fatalf("%v: %d of %d lines of %q", err, len(again.Lines), len(log.Lines), text)
		}
		for i, l := range again.Lines {
			want := log.Lines[i]
			want.Tag = strings.TrimSuffix("x."+want.Tag, ".")
			want.From += log.Base.Sub(again.Base)
			if l != want {
				t.Fatalf("got %+v, want %+v", l, want)
			}
		}
	})
}
