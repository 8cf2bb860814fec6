package collector_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// reader reads plainly over the links that it is told, or over all of its wire's.
type reader struct {
	on     part.Wire
	links  []string
	client *clientv3.Client
}

func (r *reader) Connect() (err error) {
	if r.links == nil {
		r.links = r.on.Links
	}
	r.client, err = r.on.Dial(r.links, nil)
	return err
}

func (r *reader) Read(request context.Context) (string, error) {
	return lookups.Value(r.client.Get(request, lookups.Key))
}

// answering is a reader that gives what it is told to, once the service has started.
type answering struct {
	*reader
	value atomic.Pointer[string]
	err   error
}

func (a *answering) Read(request context.Context) (string, error) {
	if v := a.value.Load(); v != nil {
		return *v, a.err
	}
	return a.reader.Read(request)
}

// reading surrounds a service that looks something up.
func reading(t *testing.T, c *cluster.Embedded, member string) *surroundings {
	s := around(t, c, member)
	s.Streams = []string{lookups.Stream}
	return s
}

// counters are what lookups count.
var counters = []ops.Counter{
	{Name: lookups.Leaderless}, {Name: lookups.Stale}, {Name: lookups.WireAttempts},
	{Name: lookups.AttemptsUnanswered},
}

func startReading(t *testing.T, s *surroundings, newReader func(part.Wire) lookups.Reader) harness.Service {
	t.Helper()
	s.declare(counters)
	seams := repaired()
	seams.NewReader = newReader
	service, err := collector.New(seams, counters...).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := service.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return service
}

func lookUp(service harness.Service, patience time.Duration) load.Op {
	op := load.Op{Deadline: clock.Now().Add(patience)}
	service.Operation(lookups.Stream)(&op)
	return op
}

func TestALookupReadsWhatIsWrittenAllTheTime(t *testing.T) {
	c := boot(t, 1)
	s := reading(t, c, "n1")
	service := startReading(t, s, func(on part.Wire) lookups.Reader {
		if on.Client != nil || len(on.Links) != 1 || on.Links[0] != s.Endpoint {
			t.Errorf("the reader gets a client, or the links %q and not %q", on.Links, s.Endpoint)
		}
		return &reader{on: on}
	})
	client := administrator(t, c.Endpoints()[0].ClientURL)
	first, err := client.Get(t.Context(), lookups.Key)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is written again", func() bool {
		again, err := client.Get(t.Context(), lookups.Key)
		return err == nil && again.Kvs[0].ModRevision > first.Kvs[0].ModRevision
	})
	for range 3 {
		if op := lookUp(service, 10*time.Second); op.Reason != ops.NoReason || op.Flags != 0 || op.Aux < 0 {
			t.Errorf("%+v", op)
		}
	}
	if n := s.counters[lookups.WireAttempts].Load(); n != 4 { // one of them when the service started
		t.Errorf("%d attempts went out, want 4: only lookups count", n)
	}
	if n := s.counters[lookups.Leaderless].Load() + s.counters[lookups.AttemptsUnanswered].Load(); n != 0 {
		t.Errorf("%d lookups without a leader or attempts without an answer", n)
	}
	if service.Operation("nothing") != nil {
		t.Error("a stream that there is not has an operation")
	}
}

// behind is a reader that has nothing at first, as a follower that does not know the key yet.
type behind struct {
	*reader
	reads atomic.Int64
}

func (b *behind) Read(request context.Context) (string, error) {
	if b.reads.Add(1) <= 3 {
		return lookups.Value(&clientv3.GetResponse{}, nil)
	}
	return b.reader.Read(request)
}

func TestAServiceStartsWithAReaderThatIsBehind(t *testing.T) {
	s := reading(t, boot(t, 1), "n1")
	var late *behind
	startReading(t, s, func(on part.Wire) lookups.Reader {
		late = &behind{reader: &reader{on: on}}
		return late
	})
	if n := late.reads.Load(); n != 4 {
		t.Errorf("it was read %d times, want 4: until there was something", n)
	}
}

func TestWhatBecomesOfALookup(t *testing.T) {
	var read *answering
	s := reading(t, boot(t, 1), "n1")
	service := startReading(t, s, func(on part.Wire) lookups.Reader {
		read = &answering{reader: &reader{on: on}}
		return read
	})
	for _, c := range []struct {
		name  string
		value string
		err   error
		want  ops.Reason
		stale uint64
	}{
		{"an old answer", "00000000000000000001", nil, ops.NoReason, 1},
		{"one from the future", "99999999999999999", nil, ops.NoReason, 0},
		{"no answer", "soon", nil, ops.Error, 0},
		{"none in time", "", context.DeadlineExceeded, ops.Timeout, 0},
		{"a refusal", "", rpctypes.ErrNoLeader, ops.Rejected, 0},
		{"another refusal", "", rpctypes.ErrCompacted, ops.Error, 0},
	} {
		read.err = c.err
		read.value.Store(&c.value)
		before := s.counters[lookups.Stale].Load()
		op := lookUp(service, time.Second)
		if got := s.counters[lookups.Stale].Load() - before; op.Reason != c.want || got != c.stale {
			t.Errorf("%s: %+v, and %d stale ones more, want %v and %d", c.name, op, got, c.want, c.stale)
		}
	}
}

func TestOnlyAttemptsThatGoOutCount(t *testing.T) {
	c := boot(t, 1)
	s := reading(t, c, "n1")
	service := startReading(t, s, func(on part.Wire) lookups.Reader { return &reader{on: on} })
	link, err := c.ClientLink("collector")
	if err != nil {
		t.Fatal(err)
	}
	out, unanswered := s.counters[lookups.WireAttempts], s.counters[lookups.AttemptsUnanswered]
	started := out.Load()

	heal := link.Cut()                                                // the connection stands, and takes what is sent
	if op := lookUp(service, time.Second); op.Reason != ops.Timeout { // in which it goes out, on a busy machine too
		t.Errorf("over a link that is cut: %+v", op)
	}
	if o, u := out.Load()-started, unanswered.Load(); o != 1 || u != 1 {
		t.Errorf("over a link that is cut %d attempts went out and %d were not answered, want 1 and 1", o, u)
	}
	heal()
	if op := lookUp(service, 10*time.Second); op.Reason != ops.NoReason || unanswered.Load() != 1 {
		t.Errorf("after the heal: %+v, and %d attempts without an answer", op, unanswered.Load())
	}
}

func TestAnAttemptThatWaitsForAConnectionDoesNotCount(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := deaf.Close(); err != nil {
		t.Fatal(err)
	}
	s := reading(t, boot(t, 1), "n1")
	var lost *reader
	service := startReading(t, s, func(on part.Wire) lookups.Reader {
		lost = &reader{on: on, links: []string{deaf.Addr().String()}}
		here := &reader{on: on}
		return &moving{first: here, then: lost}
	})
	started := s.counters[lookups.WireAttempts].Load()
	if op := lookUp(service, 100*time.Millisecond); op.Reason != ops.Timeout {
		t.Errorf("without a listener: %+v", op)
	}
	if n := s.counters[lookups.WireAttempts].Load() - started; n != 0 {
		t.Errorf("%d attempts went out without a listener", n)
	}
}

// moving reads from one reader first, and then from another.
type moving struct {
	first, then lookups.Reader
	moved       atomic.Bool
}

func (m *moving) Connect() error { return errors.Join(m.first.Connect(), m.then.Connect()) }

func (m *moving) Read(request context.Context) (string, error) {
	if m.moved.Swap(true) {
		return m.then.Read(request)
	}
	return m.first.Read(request)
}

func TestLookupsWithoutALeaderAreCounted(t *testing.T) {
	c := boot(t, 3)
	s := reading(t, c, "n1")
	service := startReading(t, s, func(on part.Wire) lookups.Reader { return &reader{on: on} })
	heal := isolate(t, c, "n1")
	await(t, s, harness.LeaderGone)
	if op := lookUp(service, 100*time.Millisecond); op.Reason != ops.Timeout || op.Flags != ops.Trigger {
		t.Errorf("without a leader: %+v", op)
	}
	if n := s.counters[lookups.Leaderless].Load(); n != 1 {
		t.Errorf("%d lookups count as begun without a leader, want 1", n)
	}
	heal()
	await(t, s, harness.LeaderBack)
	if op := lookUp(service, 10*time.Second); op.Reason != ops.NoReason || op.Flags != 0 {
		t.Errorf("with a leader again: %+v", op)
	}
}

// unable fails at one step.
type unable struct {
	connect, read error
}

func (u unable) Connect() error                                 { return u.connect }
func (u unable) Read(context.Context) (value string, err error) { return "", u.read }

func TestAServiceWhoseReaderFailsDoesNotStart(t *testing.T) {
	c := boot(t, 1)
	wrong := errors.New("wrong password")
	for want, reader := range map[string]unable{
		"connect the reader: wrong password": {connect: wrong}, "the first lookup: wrong password": {read: wrong},
	} {
		before := goroutines()
		seams := repaired()
		seams.NewReader = func(part.Wire) lookups.Reader { return reader }
		service, err := collector.New(seams).Start(t.Context(), reading(t, c, "n1").Env)
		if service != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("service %v, error %v, want %s", service, err, want)
		}
		eventually(t, "a start that was refused leaves no goroutine", func() bool { return goroutines() <= before })
	}
}
