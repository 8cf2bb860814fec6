package cluster

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness/probe"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// What make mixes and .ci/run say.
var (
	mixes    = flag.Int("mixes", 12, "how many random mixes to play on real clusters")
	mixSeed  = flag.Uint64("seed", 2, "the seed of the first mix; the next ones follow")
	clusters = flag.Int("clusters", 3, "how many clusters play mixes at a time")
)

// inARow is how many mixes a cluster plays. Each leaves a history behind, which counts towards the quota.
const inARow = 6

// Whatever is drawn, no random mix of all faults is lost to its own plan: each fault has its effect, the cluster is
// itself again, and all members hold the same. What fails names its seed, with which it can be played again, and
// the plan.
func TestRandomMixes(t *testing.T) {
	slow.Alone(t) // it plays on several clusters at a time by itself
	seeds := make(chan uint64, *mixes)
	for i := range *mixes {
		seeds <- *mixSeed + uint64(i)
	}
	close(seeds)
	began := clock.Now()
	var mu sync.Mutex
	faults, again := 0, 0
	t.Run("clusters", func(t *testing.T) {
		for i := range min(*clusters, *mixes) {
			t.Run(strconv.Itoa(i+1), func(t *testing.T) {
				t.Parallel()
				played, twice := playMixes(t, seeds)
				mu.Lock()
				defer mu.Unlock()
				faults, again = faults+played, again+twice
			})
		}
	})
	took := clock.Now().Sub(began)
	t.Logf("%d mixes, %d of them played twice, with %d faults in %v: %.1f faults a minute", *mixes, again, faults,
		took.Round(time.Second), float64(faults)/took.Minutes())
}

// playMixes plays mixes until there are none left, several in a row on one cluster. Again counts those that were played
// twice.
func playMixes(t *testing.T, seeds <-chan uint64) (faults, again int) {
	t.Helper()
	var on *mixed
	row := 0
	for seed := range seeds {
		if on == nil || row == inARow {
			on.close()
			on, row = startMixed(t), 0
		}
		row++
		p := shortMix(seed)
		faults += len(p.Events)
		err := on.play(p)
		if err != nil {
			// What the plan loses is lost again, and what the machine lost is not: a lagging follower, say, takes
			// so many entries while it lasts, which a busy machine may not write.
			t.Logf("the mix of seed %d is played again, on a new cluster: %v", seed, err)
			on.close()
			on, row = startMixed(t), 1
			err = on.play(p)
			again++
		}
		if err != nil {
			t.Errorf("the mix of seed %d is lost twice: %v\n%s", seed, err, plan.Format([]plan.Plan{p}))
			on.close()
			on = nil
		}
	}
	on.close()
	return faults, again
}

// mixed is a cluster on which every fault can be done, with two clients that talk all the time.
type mixed struct {
	t       *testing.T
	cluster *Processes
	probers []*probe.Prober
}

// mixClients are the clients that mixes hit. Names stay what they are from one mix to the next, roles do not.
var mixClients = []plan.ClientSpec{{Name: "collector", Pin: "n1"}, {Name: "bystander", Pin: "n2"}}

func startMixed(t *testing.T) *mixed {
	t.Helper()
	shape := config(t, 3)
	shape.TLS, shape.Quota, shape.SnapshotCount = true, 32<<20, 100
	m := &mixed{t: t, cluster: start(t, shape)}
	for _, c := range mixClients {
		address, err := m.cluster.Pin(c.Name, c.Pin)
		if err != nil {
			t.Fatal(err)
		}
		tls, err := m.cluster.ClientTLS(c.Name).Config()
		if err != nil {
			t.Fatal(err)
		}
		p, err := probe.Dial(patience(t), c.Name, "https://"+address, probe.Access{TLS: tls})
		if err != nil {
			t.Fatal(err)
		}
		m.probers = append(m.probers, p)
	}
	return m
}

// close ends the clients; the cluster ends with its test, or when it is closed before.
func (m *mixed) close() {
	if m == nil {
		return
	}
	for _, p := range m.probers {
		if err := p.Close(); err != nil {
			m.t.Error(err)
		}
	}
	if err := m.cluster.Close(); err != nil {
		m.t.Error(err)
	}
}

func (m *mixed) play(p plan.Plan) error {
	ctx, cancel := context.WithTimeout(m.t.Context(), 3*time.Minute)
	defer cancel()
	if err := plan.Check([]plan.Plan{p}, faults.Rules(), m.cluster.Members(), features(m.cluster.config)); err != nil {
		return err
	}
	name := fmt.Sprint("mix ", p.Seed)
	for _, prober := range m.probers {
		prober.Begin(name)
		defer func() { prober.End(name, clock.Now()) }()
	}
	epoch := clock.Now()
	var lived strings.Builder // why a mix was lost is seldom told by its last error alone
	err := chaos.Play(ctx, epoch, p.Events, m.cluster, faults.Find, func(m chaos.Moment) {
		fmt.Fprintf(&lived, "\n%v %s %s %s %s", m.At.Sub(epoch).Round(ms), m.Event, m.Fault, m.Stage, m.Observed)
	})
	if err != nil {
		return fmt.Errorf("%w%s", err, &lived)
	}
	if _, err := m.cluster.Agree(ctx, 10*time.Second); err != nil {
		return err
	}
	select {
	case err := <-m.cluster.Deaths():
		return err
	default:
		return nil
	}
}

// shortMix is a mix of all faults, each held as briefly as its effect allows on a busy machine.
func shortMix(seed uint64) plan.Plan {
	rng := rand.New(rand.NewPCG(seed, 0))
	mix := &plan.Mix{Until: 20 * time.Second, Calm: 50 * time.Millisecond, Jitter: 100 * time.Millisecond, Overlap: 3}
	for _, f := range faultCases {
		c := f.mixed
		if c.Fault == "" {
			continue
		}
		c.Target = oneOf(rng, c.Target)
		if rule, _ := faults.Find(c.Fault); rule.PinnedWith != "" && rng.IntN(2) == 0 {
			params := plan.Params{"on": "clients"}
			maps.Copy(params, c.Params)
			c.Target, c.Params = oneOf(rng, "a client"), params
		}
		mix.Choices = append(mix.Choices, c)
	}
	return plan.Expand("mix", plan.Spec{Members: 3, Clients: mixClients, Mix: mix}, faults.Rules(), seed, 1)
}
