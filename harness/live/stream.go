package live

import (
	"encoding/json"
	"sync"
	"time"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/timeline"
)

// View takes the events of a run in their order, with the state after each. It must not wait for anyone.
type View interface {
	Take(Event, *State)
}

// Stream makes events of a run. It is the run's harness.Observer.
type Stream struct {
	views   []View
	words   Words
	looking bool
	wall    func() time.Time

	mu     sync.Mutex
	state  State
	folder string
	sides  map[string]results.Group
	status func() harness.Status
	stages int       // of faults of the trial at work, that were told
	terms  int       // changes of its leader, that were told
	last   Moment    // that was told
	told   time.Time // when

	done    chan struct{}
	ended   sync.WaitGroup
	stopped sync.Once
}

// Words are what a stream cannot say by itself.
type Words struct {
	Load func(results.Load) string                          // nil: nothing
	Fix  func(folder, name string) (says string, err error) // the line of a fix that has finished; nil: nothing
}

// NewStream is a stream with these views, which Stop ends. Without looking it tells only what it is told itself: that
// is all that a line a trial takes, and it costs nothing meanwhile.
func NewStream(words Words, looking bool, views ...View) *Stream {
	return &Stream{words: words, looking: looking, views: views, wall: time.Now, done: make(chan struct{})}
}

// looked is how often the stream looks at the run.
const looked = 200 * time.Millisecond

// Started begins to look at the run.
func (s *Stream) Started(folder string, run results.Run, status func() harness.Status) {
	r := &Run{ID: run.ID, Name: run.Name, Seed: run.Seed, Pairs: run.Pairs, Folder: folder, Record: run}
	for _, f := range run.Fixes {
		r.Fixes = append(r.Fixes, f.Name)
	}
	var asked struct{ Asks string }
	if json.Unmarshal(run.Scenario, &asked) == nil { // it is our own
		r.Asks = asked.Asks
	}
	s.mu.Lock()
	s.folder, s.status, s.sides = folder, status, map[string]results.Group{}
	for _, g := range run.Groups {
		s.sides[g.Name] = g
	}
	s.tell(Event{Kind: Began, Run: r})
	s.mu.Unlock()
	if !s.looking {
		return
	}
	s.ended.Go(func() {
		tick := time.NewTicker(looked)
		defer tick.Stop()
		for {
			s.Look()
			select {
			case <-tick.C:
			case <-s.done:
				return
			}
		}
	})
}

// Look looks at the run now.
func (s *Stream) Look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look(s.status())
}

// look tells what has changed. What happened is told after the moment in which it did: that names the trial.
func (s *Stream) look(status harness.Status) {
	m := s.moment(status)
	another := m.Group != s.last.Group || m.Block != s.last.Block || m.Arm != s.last.Arm || m.Attempt != s.last.Attempt
	if another {
		s.stages, s.terms = 0, 0
	}
	if another || s.differs(m) || s.wall().Sub(s.told) >= time.Second {
		s.last, s.told = m, s.wall()
		s.tell(Event{Kind: Now, Now: &m, Status: status})
	}
	stages, terms := stagesOf(status.Happened), termsOf(status.Happened)
	for ; s.stages < len(stages); s.stages++ {
		s.tell(Event{Kind: Happened, Happened: &stages[s.stages]})
	}
	for ; s.terms < len(terms); s.terms++ {
		s.tell(Event{Kind: Happened, Happened: &terms[s.terms]})
	}
}

// differs tells whether a person has to know at once.
func (s *Stream) differs(m Moment) bool {
	was := s.last
	return m.Trial != was.Trial || m.Trials != was.Trials || m.Waiting != was.Waiting || m.Judged != was.Judged ||
		m.Phase != was.Phase || m.Fault != was.Fault || m.Leader != was.Leader
}

func (s *Stream) moment(status harness.Status) Moment {
	return Moment{
		Group: status.Slot.Group, Block: status.Slot.Block, Arm: string(status.Slot.Arm),
		Side: string(s.sides[status.Slot.Group].Side(status.Slot.Arm)), Attempt: status.Attempt,
		Trial: status.Trial, Trials: status.Trials, Waiting: status.Waiting, Judged: status.Judged,
		Disturbed: status.Disturbed, Phase: status.Phase, Fault: status.Fault, Members: status.Members,
		Leader: status.Leader, Links: status.Links, Left: status.Left.Milliseconds(), Since: status.At.Milliseconds(),
		OK: status.Recent.OK, Failed: status.Recent.Failed, P99: float64(status.Recent.P99) / 1e3,
		AtLeast: status.Recent.AtLeast,
	}
}

// stagesOf are the stages of faults, in the order in which they were reached.
func stagesOf(events []results.Event) (marks []Mark) {
	for _, e := range events {
		if e.Source == "chaos" {
			marks = append(marks, Mark{
				At: int64(e.At) / 1e6, Fault: e.Data["fault"], Event: e.Data["event"], Stage: e.What,
			})
		}
	}
	return marks
}

// termsOf are the changes of leader so far.
func termsOf(events []results.Event) (marks []Mark) {
	for _, l := range timeline.Leaders(events) {
		marks = append(marks, Mark{At: int64(l.At) / 1e6, Leader: l.Name, Term: l.Term})
	}
	return marks
}

// Loaded tells the load of all trials.
func (s *Stream) Loaded(l results.Load) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.words.Load != nil {
		s.tell(Event{Kind: Loaded, Load: s.words.Load(l)})
	}
}

// TrialDone tells what became of a trial.
func (s *Stream) TrialDone(t results.Trial) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := s.status()
	s.look(status)
	s.tell(Event{Kind: TrialEnded, Status: status, Record: t, Trial: &Trial{
		Group: t.Group, Block: t.Block, Arm: string(t.Arm), Attempt: t.Attempt, OK: status.Recent.OK,
		Failed: status.Recent.Failed, Invalid: t.Invalid,
	}})
}

// FixDone tells what was found of a fix.
func (s *Stream) FixDone(name string) {
	says := ""
	if s.words.Fix != nil {
		var err error
		if says, err = s.words.Fix(s.folder, name); err != nil {
			says = name + ": " + err.Error()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(Event{Kind: FixEnded, Fix: &Fix{Name: name, Says: says}})
}

// Stop ends the looks at the run and waits for them.
func (s *Stream) Stop() {
	s.stopped.Do(func() { close(s.done) })
	s.ended.Wait()
}

// End tells that the run has ended. Stop comes before.
func (s *Stream) End(e End) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(Event{Kind: Ended, End: &e})
}

// tell is called with the lock.
func (s *Stream) tell(e Event) {
	e.ID, e.At = s.state.ID+1, s.wall().UTC()
	s.state.Apply(e)
	for _, v := range s.views {
		v.Take(e, &s.state)
	}
}
