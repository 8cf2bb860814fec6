package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/harness/noise"
	"aftershock/internal/clock"
	"aftershock/internal/process"
	"aftershock/internal/usage"
	"aftershock/results"
)

// lead is the time between the start command and the epoch, for the command to arrive.
const lead = 30 * time.Millisecond

// trial is one arm, once: a new cluster, a new worker, one replay of a plan.
type trial struct {
	assignment

	record results.Trial
	events eventLog
	live   live

	cluster cluster.Cluster
	booted  []string // the members that the cluster began with
	probers []prober
	worker  *workerProcess
	epoch   clock.Nanos // 0 when the trial did not begin

	unstarted *process.Unstarted // the child for which the trial did not begin, if there was one
	end       ending
	lastLook  noise.Reading // at the machine, when the plan was played
	written   bool          // trial.json is there
}

// ending is how the replay of a trial came to its end.
type ending struct {
	at      clock.Nanos // when the plan was played and the worker was through
	played  error       // what the plan's faults came to
	died    clock.Nanos // when the worker was gone before its time; 0 when it was not
	stuck   bool        // the worker was not through when it had to be
	stopped bool        // a signal from outside had stopped the worker
	cut     bool        // it was ended before its time, by nothing that an arm does
}

// Boot starts a cluster of one of the runtimes.
type Boot func(context.Context, cluster.Config) (cluster.Cluster, error)

// run runs the trial to its end and leaves its record in t.record. The record says why a trial cannot be judged. An
// error means that further trials are pointless.
func (t *trial) run(ctx context.Context) error {
	began := clock.Now()
	cpu := usage.CPU()
	t.record.Schema, t.record.Started = results.Schema, clock.Wall(began).UTC()
	watch, err := noise.Watch()
	if err != nil {
		return err
	}
	table, err := t.createTable()
	if err != nil {
		return err
	}
	if err := errors.Join(t.follow(table), t.count(table)); err != nil {
		return errors.Join(err, table.Close())
	}
	var invalid error
	if err := t.start(ctx); err != nil {
		_ = errors.As(err, &t.unstarted)
		invalid = fmt.Errorf("start: %w", err)
	} else {
		t.record.Boot = t.epoch.Sub(began)
		t.end, invalid = t.replay(ctx)
	}
	t.end.at = clock.Now()
	err = t.closeProbes()
	exit, failed := t.stopWorker()
	// One that did not start has said why, and one that was cut off has nothing to say.
	if !isOutcome(invalid) && !t.end.cut {
		invalid = errors.Join(invalid, failed)
	}
	if invalid == nil {
		t.live.ends("agreement")
		invalid = t.agree(ctx)
	}
	t.live.ends("teardown")
	gone := t.teardown() // what cannot be ended as it should was not as it should be
	invalid = errors.Join(invalid, gone)
	unbooked := t.book(table, ctx.Err() != nil)
	t.live.recent.close()
	t.live.counting.close()
	err = errors.Join(err, unbooked, table.Close(), gone, t.stranded(ctx, invalid))
	if cause := context.Cause(ctx); ctx.Err() != nil {
		t.record.Interrupted, invalid = true, fmt.Errorf("interrupted: %w", cause)
	}
	stood := t.stoodStill()
	if invalid = errors.Join(stood, invalid); invalid != nil {
		t.record.Invalid = invalid.Error()
		t.record.Spoiled = !t.record.Interrupted && (stood != nil || !isOutcome(invalid))
	}
	t.account(exit, usage.CPU()-cpu)
	t.record.Whole = clock.Now().Sub(began)
	return errors.Join(err, t.measure(watch), t.write())
}

// start starts the cluster and brings the worker to the point at which only the epoch is missing.
func (t *trial) start(ctx context.Context) (err error) {
	links, err := t.startCluster(ctx)
	if err != nil {
		return err
	}
	if t.worker, err = startWorker(t.workerProgram(), t.workerConfig(links), t.cores.worker,
		filepath.Join(t.folder, "worker.log"), t.signalled); err != nil {
		return err
	}
	if err := t.worker.awaitReady(ctx, t.describe().Patience); err != nil {
		return outcomeOf(err)
	}
	t.epoch = clock.Now().Add(lead)
	t.record.Epoch = clock.Wall(t.epoch).UTC()
	t.live.began(t.epoch)
	return t.worker.start(t.epoch)
}

// startCluster boots the cluster, pins the clients, and returns the addresses at which they find their members. A
// scenario without members has none.
func (t *trial) startCluster(ctx context.Context) (links map[string]string, err error) {
	shape := t.scenario.Cluster
	if shape.Members == 0 {
		return nil, nil
	}
	server := t.describe().Server
	server.Program = t.located(cmp.Or(server.Program, shape.Program))
	t.cluster, err = t.runtime.Boot(ctx, cluster.Config{
		Members: shape.Members, Tick: shape.Tick, Election: shape.Election,
		DataRoot: t.data, LogDir: filepath.Join(t.folder, "members"), Cores: t.cores.others,
		Quota: shape.Quota, SnapshotCount: shape.SnapshotCount,
		Server: server, Next: t.located(shape.Next), TLS: shape.TLS, External: t.attachedTo(),
		Gateway: t.describe().Apart,
	})
	if err != nil {
		return nil, err
	}
	t.booted = slices.Clone(t.cluster.Members())
	t.live.booted(t.cluster)
	links, err = t.pin()
	if err != nil {
		return nil, err
	}
	return links, t.dialProbes(ctx, links)
}

// pin resolves where each client of the plan is pinned, and returns the addresses at which they find their members.
func (t *trial) pin() (addresses map[string]string, err error) {
	t.record.Pinned, addresses = map[string]string{}, map[string]string{}
	for _, c := range t.plan.Clients {
		member, err := chaos.Resolve(t.cluster, c.Pin)
		if err != nil {
			return nil, fmt.Errorf("pin client %s: %w", c.Name, err)
		}
		if addresses[c.Name], err = t.cluster.Pin(c.Name, member); err != nil {
			return nil, err
		}
		t.record.Pinned[c.Name] = member
	}
	t.live.linked(t.record.Pinned)
	return addresses, t.describe().pinned(t.plan)
}

// workerProgram is the file of the build that the arm's worker is; empty for this program.
func (t *trial) workerProgram() string {
	if digest := t.describe().Worker; digest != "" {
		return filepath.Join(t.built, digest, WorkerFile)
	}
	return ""
}

func (t *trial) workerConfig(links map[string]string) workerConfig {
	fix, side := t.group.of(t.slot.Arm)
	description := t.describe()
	client := description.client(t.plan)
	config := workerConfig{
		Target: t.scenario.Target, Fix: fix.Name, Side: side, Endpoint: links[client], Links: map[string]string{},
		Settings: t.scenario.Workload, Seed: t.workloadSeed(), Log: t.folder, Temporary: t.data,
		Built:     t.built,
		Variables: given(description.Variables), Secrets: t.scenario.Secrets,
		Ops: filepath.Join(t.folder, results.OpsFile), Streams: t.streams(), Capacity: t.capacityWindows(),
		Watched: load.Window{To: t.scenario.Phases.Windows().Recovery.To}, Evidence: t.toRecord(),
	}
	if t.cluster == nil {
		return config
	}
	if x := t.runtime.External; x != nil {
		config.User, config.Password, config.Lease = x.User, string(x.Password), x.Claim.Lease()
	}
	for _, e := range t.reachable(client) {
		config.Metrics = append(config.Metrics, e.MetricsURL)
		config.Members = append(config.Members, e.ClientURL)
	}
	for _, c := range t.plan.Clients {
		if !slices.Contains(t.endpoints, c.Name) {
			config.Clients, config.Links[c.Name] = append(config.Clients, c.Name), links[c.Name]
		}
	}
	config.TLS = t.cluster.ClientTLS(client)
	return config
}

// reachable are the members that the workload reaches with its client's certificates: where members of an external
// cluster have certificates for names, those of a client are for the one that it is pinned to.
func (t *trial) reachable(client string) []cluster.Endpoint {
	all := t.cluster.Endpoints()
	if x := t.runtime.External; x == nil || len(x.Names) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(e cluster.Endpoint) bool {
		return e.Member != t.record.Pinned[client]
	})
}

// signalled records a signal of the worker.
func (t *trial) signalled(s workerSignal) {
	t.events.add(results.Event{At: s.At, Source: "worker", What: string(s.What)})
}

// replay plays the plan while the worker drives its schedule, and returns when both have finished. The error is why
// the trial cannot be judged.
func (t *trial) replay(ctx context.Context) (end ending, invalid error) {
	defer t.watchMachine()()
	ctx, cancel := context.WithCancelCause(ctx)
	defer t.probeByPlan(ctx)() // waits, after
	defer cancel(nil)
	played := make(chan error, 1)
	go func() { played <- chaos.Play(ctx, t.epoch, t.plan.Events, t.cluster, faults.Find, t.reached) }()

	crashed := false
	var cause error // why the replay cannot be judged, where the plan's own faults do not say
	overdue := time.NewTimer(t.longest())
	defer overdue.Stop()
	select {
	case <-t.worker.Done():
		// A crash is an outcome. The rest of the plan is dropped, because it would hurt no client any more; but a
		// fault that had failed before the crash is not excused.
		end.died = clock.Now()
		if crashed = !t.worker.through && !t.events.has("chaos", string(chaos.Failed)); crashed {
			cancel(errWorkerGone)
		}
	case cause = <-t.deaths():
		cancel(cause)
	case <-overdue.C:
		if t.worker.Stopped() {
			cause, end.stopped = errWorkerStopped, true
			cancel(cause)
			break
		}
		// A worker that hangs is an outcome, like a crash: to run the pair again would be to choose pairs by their
		// outcome.
		if end.stuck = !t.events.has("chaos", string(chaos.Failed)); end.stuck {
			cancel(errWorkerGone)
		}
	case <-ctx.Done():
	}
	end.played = <-played // heals, whatever happened
	if cause == nil {
		select {
		case cause = <-t.deaths():
		default:
		}
	}
	switch {
	case errors.Is(cause, cluster.ErrDied):
		return end, outcomeOf(cause)
	case cause != nil: // a worker that was stopped, or a member whose words make no sense: no arm does that to itself
		end.cut = true
		return end, cause
	case crashed, end.stuck:
		return end, nil
	}
	return end, end.played
}

// deaths delivers the ends of members that no fault asked for.
func (t *trial) deaths() <-chan error {
	if t.cluster == nil {
		return nil
	}
	return t.cluster.Deaths()
}

var (
	errWorkerGone    = errors.New("the worker is gone")
	errWorkerStopped = errors.New("the worker was stopped from outside, by a signal such as SIGSTOP " +
		"or by a debugger, and never went on")
)

// reached records the moments of the plan's faults.
func (t *trial) reached(m chaos.Moment) {
	data := map[string]string{"event": m.Event, "fault": m.Fault}
	maps.Copy(data, m.Resolved)
	if m.Observed != "" {
		data["observed"] = m.Observed
	}
	if m.Error != "" {
		data["error"] = m.Error
	}
	if m.Waited > 0 {
		data["waited"] = m.Waited.String()
	}
	e := results.Event{At: m.At, Source: "chaos", What: string(m.Stage), Data: data}
	t.events.add(e)
	t.record.Faults = withMoment(t.record.Faults, m, t.epoch)
	t.overToProbes(m)
	t.live.reached(m, e)
}

// withMoment records a moment with the fault whose life it belongs to.
func withMoment(faults []results.Fault, m chaos.Moment, epoch clock.Nanos) []results.Fault {
	i := 0
	for i < len(faults) && faults[i].Event != m.Event {
		i++
	}
	if i == len(faults) {
		faults = append(faults, results.Fault{Event: m.Event, Fault: m.Fault})
	}
	f, at := &faults[i], m.At-epoch
	switch m.Stage {
	case chaos.Injected:
		f.Injected, f.Resolved, f.Waited = at, m.Resolved, m.Waited
	case chaos.Effective:
		f.Effective, f.Observed = at, m.Observed
	case chaos.Done:
		f.Done, f.Observed = at, m.Observed
	case chaos.Healed:
		f.Healed = at
	case chaos.Recovered:
		f.Recovered = at
	case chaos.Failed:
		f.Error = m.Error
	case chaos.CutShort: // what was reached by then is all that there is
	}
	return faults
}

// teardown ends the cluster, and takes over what it observed.
func (t *trial) teardown() error {
	if t.cluster == nil {
		return nil
	}
	err := t.cluster.Close()
	seen := t.cluster.Observations()
	for _, o := range seen {
		t.events.add(observed(o))
	}
	t.bookLeadership(seen)
	return err
}
