package harness

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/harness/cluster"
	"aftershock/harness/probe"
	"aftershock/internal/clock"
	"aftershock/results"
)

// agreementBound is how long the members may take to agree once everything was healed.
const agreementBound = 10 * time.Second

// prober probes through one client's link.
type prober struct {
	*probe.Prober
	client, member string
}

// dialProbes connects a prober through each client's link, before the trial's epoch.
func (t *trial) dialProbes(ctx context.Context, addresses map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, chaos.Patience)
	defer cancel()
	for _, c := range t.plan.Clients {
		access, err := t.access(c.Name)
		if err != nil {
			return err
		}
		p, err := probe.Dial(ctx, c.Name, addresses[c.Name], access)
		if err != nil {
			return err
		}
		t.probers = append(t.probers, prober{p, c.Name, t.record.Pinned[c.Name]})
	}
	return nil
}

// access is how a client of the plan proves who it is.
func (t *trial) access(client string) (a probe.Access, err error) {
	if x := t.runtime.External; x != nil {
		a.User, a.Password, a.Dial = x.User, string(x.Password), cluster.Leased(x.Claim.Lease())
	}
	if files := t.cluster.ClientTLS(client); files != nil {
		a.TLS, err = files.Config()
	}
	return a, err
}

// probeByPlan begins to probe when the plan has a fault injected, and not when the fault says that it was: a transfer
// says so when MoveLeader returns, long after leadership has moved. It is a millisecond late, so that the first probe
// is mostly one that was started after the injection. The function that it returns waits until nothing of this runs any
// more, which is soon after ctx is done.
func (t *trial) probeByPlan(ctx context.Context) (wait func()) {
	var group sync.WaitGroup
	if len(t.probers) > 0 {
		for _, e := range t.plan.Events {
			group.Go(func() { t.probeEvent(ctx, e) })
		}
	}
	return group.Wait
}

func (t *trial) probeEvent(ctx context.Context, e plan.Event) {
	if clock.SleepUntil(ctx, t.epoch.Add(e.At+time.Millisecond)) != nil {
		return
	}
	for _, p := range t.probers {
		p.Begin(e.ID)
	}
}

// overToProbes tells the probers that a fault is over.
func (t *trial) overToProbes(m chaos.Moment) {
	if m.Stage != chaos.Recovered && m.Stage != chaos.Failed && m.Stage != chaos.CutShort {
		return
	}
	for _, p := range t.probers {
		p.End(m.Event, m.At)
	}
}

// closeProbes ends all probing, and records with each fault what its clients saw.
func (t *trial) closeProbes() error {
	var errs []error
	for _, p := range t.probers {
		errs = append(errs, p.Close())
		for i, seen := range probe.Outages(p.Probes(), t.lives()) {
			t.bookLink(i, p, seen)
		}
	}
	return errors.Join(errs...)
}

// lives are the lives of the trial's faults. A fault that was not injected has none; its record says why.
func (t *trial) lives() []probe.Life {
	moment := func(at results.Offset) clock.Nanos {
		if at == 0 {
			return 0
		}
		return t.epoch + at
	}
	lives := make([]probe.Life, len(t.record.Faults))
	for i, f := range t.record.Faults {
		lives[i] = probe.Life{Injected: moment(f.Injected), Effective: moment(f.Effective),
			Recovered: moment(f.Recovered)}
	}
	return lives
}

func (t *trial) bookLink(of int, p prober, seen probe.Outage) {
	f := &t.record.Faults[of]
	if f.Injected == 0 {
		return
	}
	link := results.LinkOutage{
		Client: p.client, Member: p.member, LongestGap: seen.LongestGap, Sent: seen.Sent, Failed: seen.Failed,
	}
	for _, other := range seen.Shared {
		link.Shared = append(link.Shared, t.record.Faults[other].Event)
	}
	for _, m := range []struct {
		at   clock.Nanos
		what string
		into *results.Offset
	}{{seen.Began, "out", &link.Began}, {seen.Served, "served", &link.Served}} {
		if m.at == 0 {
			continue
		}
		*m.into = m.at - t.epoch
		t.events.add(results.Event{At: m.at, Source: "probe", What: m.what, Data: map[string]string{
			"event": f.Event, "fault": f.Fault, "client": p.client, "member": p.member,
		}})
	}
	f.Links = append(f.Links, link)
}

// bookLeadership records with each fault what became of the cluster's leader.
func (t *trial) bookLeadership(seen []chaos.Observation) {
	all := reigns(seen, t.booted)
	for i := range t.record.Faults {
		f := &t.record.Faults[i]
		if f.Injected == 0 {
			continue
		}
		to := t.epoch + f.Recovered
		if f.Recovered == 0 {
			to = t.end.at
		}
		found := between(all, t.epoch+f.Injected, to)
		f.Leaderless = found.without
		for _, m := range []struct {
			at   clock.Nanos
			what chaos.ObservationKind
			into *results.Offset
		}{{found.lost, chaos.Lost, &f.LeaderLost}, {found.elected, chaos.Elected, &f.LeaderElected}} {
			if m.at == 0 {
				continue
			}
			*m.into = m.at - t.epoch
			t.events.add(results.Event{At: m.at, Source: "cluster", What: string(m.what), Data: map[string]string{
				"event": f.Event, "fault": f.Fault,
			}})
		}
	}
}

// agree asks whether the cluster is whole, now that everything was healed and no client writes any more. The error is
// why the trial cannot be judged.
func (t *trial) agree(ctx context.Context) error {
	if t.cluster == nil {
		return nil
	}
	a, err := t.cluster.Agree(ctx, agreementBound)
	switch {
	case err != nil && ctx.Err() != nil:
		return err // interrupted: the answer is not known, and there is nothing to record
	case err != nil:
		t.record.Agreement = &results.Agreement{Error: err.Error()}
		t.record.Diverged = errors.Is(err, cluster.ErrDiverged)
		return outcomeOf(fmt.Errorf("after everything was healed %w", err))
	}
	t.record.Agreement = &results.Agreement{
		Members: a.Members, Revision: a.Revision, CompactRevision: a.CompactRevision, Hash: a.Hash, Took: a.Took,
	}
	t.events.add(results.Event{At: clock.Now(), Source: "cluster", What: "agreed", Data: map[string]string{
		"members": strconv.Itoa(a.Members), "revision": strconv.FormatInt(a.Revision, 10),
		"compact_revision": strconv.FormatInt(a.CompactRevision, 10), "hash": fmt.Sprintf("%08x", a.Hash),
	}})
	return nil
}
