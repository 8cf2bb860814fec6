package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"strings"

	"aftershock/results"
)

// History is what a manifest tells, from its first line to its last.
type History struct {
	Plan   string  // the SHA-256 of plan.txt
	States []State // that run.json was in, the present one last
	Trials []Trial // the finished ones, in the order of the run
	Torn   bool    // its last line has no end, and is left out

	begun  map[string]bool // the folders of all trials
	place  map[string]int  // of a finished trial, in Trials
	lines  int
	digest string // of the last line
	size   int64  // of the lines that are whole
}

// State is run.json at a time.
type State struct {
	Fields map[string]json.RawMessage
	SHA256 string
	Status results.Status
}

// A Broken manifest says less than it did. The lines before the one that is named are whole.
type Broken struct {
	Line int
	What string
}

func (b *Broken) Error() string { return fmt.Sprintf("line %d: %s", b.Line, b.What) }

// Parse reads a manifest. The error is a *Broken, and the history then ends before the line that is broken. A last line
// without its end is no error: a kill leaves it.
func Parse(text []byte) (History, error) {
	h := History{begun: map[string]bool{}, place: map[string]int{}}
	for line := range bytes.Lines(text) {
		whole, ok := bytes.CutSuffix(line, []byte("\n"))
		if !ok {
			h.Torn = true
			break
		}
		l, digest, err := decode(whole, h.digest)
		if err == nil {
			err = h.add(l)
		}
		if err != nil {
			return h, &Broken{h.lines + 1, err.Error()}
		}
		h.lines, h.digest, h.size = h.lines+1, digest, h.size+int64(len(line))
	}
	if h.lines == 0 {
		return h, &Broken{1, "it is missing"}
	}
	return h, nil
}

// add goes on by a line, or says why it cannot be the next.
func (h *History) add(l Line) error {
	if l.Number != h.lines+1 {
		return fmt.Errorf("it says that it is line %d", l.Number)
	}
	if err := l.opens(); err != nil {
		return err
	}
	switch {
	case l.Run != nil && l.Begun == "" && l.Trial == nil:
		h.Plan += l.Plan
		return h.change(*l.Run)
	case l.Run == nil && l.Begun != "" && l.Trial == nil:
		return h.begin(l.Begun)
	case l.Run == nil && l.Begun == "" && l.Trial != nil:
		return h.end(*l.Trial)
	}
	return errors.New("it must hold one of run, begun and trial")
}

// opens checks that the first line says what it must, and no other line does.
func (l Line) opens() error {
	first := l.Number == 1
	switch {
	case first && (l.Schema < 1 || l.Schema > Schema):
		return fmt.Errorf("schema %d cannot be read (this program knows 1 to %d)", l.Schema, Schema)
	case first && (l.Run == nil || l.Plan == ""):
		return errors.New("the first line must say what run.json and plan.txt hold")
	case !first && (l.Schema != 0 || l.Plan != ""):
		return errors.New("only the first line may say what the first line says")
	}
	return nil
}

func (h *History) change(c Change) error {
	if c.Trials != len(h.Trials) {
		return fmt.Errorf("it counts %d finished trials, and the lines before it have %d", c.Trials, len(h.Trials))
	}
	s := State{Fields: map[string]json.RawMessage{}, SHA256: c.SHA256}
	if n := len(h.States); n > 0 {
		s.Fields = maps.Clone(h.States[n-1].Fields)
	}
	for name, value := range c.Fields {
		if string(value) == "null" {
			delete(s.Fields, name)
			continue
		}
		s.Fields[name] = value
	}
	if err := json.Unmarshal(s.Fields["status"], &s.Status); err != nil {
		return errors.New("it leaves the run without a status")
	}
	h.States = append(h.States, s)
	return nil
}

func (h *History) begin(folder string) error {
	switch {
	case !isTrial(folder):
		return fmt.Errorf("%q is not a folder of a trial", folder)
	case h.begun[folder]:
		return fmt.Errorf("%s begins a second time", folder)
	case h.last().Status != results.Running:
		return fmt.Errorf("%s begins in a run that is %s", folder, h.last().Status)
	}
	h.begun[folder] = true
	return nil
}

func (h *History) end(t Trial) error {
	_, twice := h.place[t.Folder]
	switch {
	case twice || !h.begun[t.Folder]:
		return fmt.Errorf("%s has finished, but did not begin or had finished before", t.Folder)
	case h.last().Status != results.Running:
		return fmt.Errorf("%s has finished in a run that is %s", t.Folder, h.last().Status)
	}
	h.place[t.Folder] = len(h.Trials)
	h.Trials = append(h.Trials, t)
	return nil
}

// last is the present state.
func (h *History) last() State {
	if len(h.States) == 0 {
		return State{}
	}
	return h.States[len(h.States)-1]
}

// Through tells whether a trial has finished, and with what.
func (h *History) Through(folder string) (Trial, bool) {
	i, ok := h.place[folder]
	if !ok {
		return Trial{}, false
	}
	return h.Trials[i], true
}

// isTrial tells whether a path is that of a trial: of a folder in a folder of trials/.
func isTrial(folder string) bool {
	parts := strings.Split(folder, "/")
	return len(parts) == 3 && parts[0] == results.TrialsDir && path.Clean(folder) == folder && parts[1] != ".." && parts[2] != ".."
}
