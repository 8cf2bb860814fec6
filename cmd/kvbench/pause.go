package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

//go:embed pause.yaml
var pauseScenario string

// What pause.yaml says, of which the first two are etcd's benchmark's as well.
const (
	pauseRate    = 500
	pauseLength  = 60 * time.Second
	pauseCalm    = 40 * time.Second
	pauseFor     = 4 * time.Second
	pauseTimeout = 9 * time.Second
	pauseCallers = 50
)

// slow is from when on a put is slow here. A put that is due in the last second of a pause waits for less, and those
// that come while a second's backlog is worked off do as well: the pause alone says how many are slow.
const slow = time.Second

// stalled is what became of puts while the leader was suspended.
type stalled struct {
	puts    int
	slow    float64       // the share of puts that took so long
	implied float64       // the share that was due while there was so much of the pause left
	outage  float64       // the same of the outage that the run's own probes saw, which is a little longer; or 0
	p99     time.Duration // failures at their time-out
}

// pause prints how many puts of both were slow while the leader was suspended.
func (b *bench) pause(ctx context.Context, out io.Writer) error {
	mine, err := b.oursPaused(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", ours, err)
	}
	other, err := b.theirsPaused(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", theirs, err)
	}
	fmt.Fprintf(out, "| %d/s, the leader suspended for %v of %v | puts | over %v | the pause implies | "+
		"the outage that probes saw | P99 |\n|---|---|---|---|---|---|\n", pauseRate, pauseFor, pauseLength, slow)
	for _, row := range []struct {
		name string
		of   stalled
	}{{ours, mine}, {theirs, other}} {
		outage := "-"
		if row.of.outage > 0 {
			outage = fmt.Sprintf("%.1f %%", 100*row.of.outage)
		}
		fmt.Fprintf(out, "| %s | %d | %.1f %% | %.1f %% | %s | %v |\n", row.name, row.of.puts, 100*row.of.slow,
			100*row.of.implied, outage, row.of.p99.Round(100*time.Microsecond))
	}
	fmt.Fprintf(out, "\nA put that fails counts as one of %v with us, and is left out by etcd's benchmark. Its\n"+
		"histogram has buckets of about a tenth of its longest put: one that ends after %v is taken as slow.\n",
		pauseTimeout, slow)
	return nil
}

func (b *bench) oursPaused(ctx context.Context) (s stalled, err error) {
	var memory int64
	err = b.trial(ctx, pauseScenario, nil, &memory, func(trial results.Trial, log *ops.Log) error {
		if len(trial.Faults) != 1 || trial.Faults[0].Healed == 0 || len(trial.Faults[0].Links) == 0 {
			return errors.New("the leader was not suspended")
		}
		pause := trial.Faults[0]
		if s = stalledIn(log); s.p99 == 0 {
			return errors.New("no put is recorded")
		}
		s.implied = due(time.Duration(pause.Healed-pause.Injected), s.puts)
		s.outage = due(time.Duration(pause.Links[0].Served-pause.Injected), s.puts)
		return nil
	})
	return s, err
}

// due is the share of puts that were due while there was so much of a stall left that they are slow.
func due(stall time.Duration, puts int) float64 {
	return float64((stall-slow)*pauseRate) / float64(time.Second) / float64(puts)
}

// stalledIn reads a table of puts.
func stalledIn(log *ops.Log) (s stalled) {
	var took []time.Duration
	late := 0
	for _, op := range log.Records(0) {
		t := op.Charged(pauseTimeout)
		if took = append(took, t); t > slow {
			late++
		}
	}
	slices.Sort(took)
	s.puts = log.Streams[0].Slots
	s.slow = float64(late) / float64(s.puts)
	if len(took) > 0 {
		s.p99 = took[len(took)*99/100]
	}
	return s
}

// theirsPaused suspends the leader of members that etcd's benchmark drives, which then has connections to it alone.
func (b *bench) theirsPaused(ctx context.Context) (s stalled, err error) {
	m, err := boot(ctx)
	if err != nil {
		return stalled{}, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	leader, ok := m.cluster.Leader()
	if !ok {
		return stalled{}, errors.New("there is no leader")
	}
	s.puts = pauseRate * int(pauseLength/time.Second)
	w := way{do: "put", callers: pauseCallers, rate: pauseRate}
	cmd := exec.CommandContext(ctx, b.benchmark, append(w.args(m.endpoints(), s.puts), "--target-leader")...)
	during, over := context.WithCancel(ctx)
	defer over()
	suspended := make(chan error, 1)
	go func() { suspended <- m.suspend(during, leader.Member) }()
	out, _, err := watched(cmd, func() []int { return nil })
	over()
	if err = errors.Join(err, <-suspended); err != nil {
		return stalled{}, err
	}
	s.implied = due(pauseFor, s.puts)
	return s, s.read(out)
}

// suspend suspends a member for the time, after the calm.
func (m members) suspend(ctx context.Context, member string) error {
	for _, step := range []struct {
		after time.Duration
		do    func(string) error
	}{{pauseCalm, m.cluster.Pause}, {pauseFor, m.cluster.Resume}} {
		select {
		case <-time.After(step.after):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := step.do(member); err != nil {
			return err
		}
	}
	return nil
}

var (
	theirP99    = regexp.MustCompile(`(?m)^\s*99% in ([0-9.]+) secs`)
	theirBucket = regexp.MustCompile(`(?m)^\s*([0-9.]+) \[([0-9]+)\]`)
)

// read takes the P99 that etcd's benchmark prints, and the share of puts in the buckets of its histogram that end after
// the time from which on puts are slow. It leaves out puts that failed.
func (s *stalled) read(out string) error {
	p99 := theirP99.FindStringSubmatch(out)
	if p99 == nil {
		return fmt.Errorf("etcd's benchmark names no P99: %s", out)
	}
	seconds, err := strconv.ParseFloat(p99[1], 64)
	if err != nil {
		return err
	}
	s.p99 = time.Duration(seconds * float64(time.Second))
	for _, bucket := range theirBucket.FindAllStringSubmatch(out, -1) {
		end, err := strconv.ParseFloat(bucket[1], 64)
		n, err2 := strconv.Atoi(bucket[2])
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if end > slow.Seconds() {
			s.slow += float64(n) / float64(s.puts)
		}
	}
	return nil
}
