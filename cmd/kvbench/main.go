// Kvbench measures puts to etcd by aftershock and by etcd's own benchmark, one after the other, in another order in
// each round: kvbench AFTERSHOCK BENCHMARK. Each drives three new members of one kind over as many connections, in a
// closed loop with as many callers. It is what make bench-kv runs.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"aftershock/harness"
	"aftershock/results/stat"
)

func main() {
	harness.Child(harness.Registry{}) // a member of the cluster that etcd's benchmark drives
	rounds := flag.Int("rounds", 8, "rounds, 6 to 40")
	length := flag.Duration("for", 8*time.Second, "the time that each has, 2s to 1m")
	rate := flag.Int("rate", 1000, "puts a second of the open loop, 100 to 50000")
	seed := flag.Uint64("seed", 1, "of the order")
	flag.Parse()
	if flag.NArg() != 2 || *rounds < 6 || *rounds > 40 || *length < 2*time.Second || *length > time.Minute ||
		*rate < 100 || *rate > 50000 {
		fmt.Fprintln(os.Stderr, "usage: kvbench [flags] AFTERSHOCK BENCHMARK")
		flag.PrintDefaults()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	b := bench{aftershock: flag.Arg(0), benchmark: flag.Arg(1), length: *length, rate: *rate}
	err := b.run(ctx, *rounds, *seed, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kvbench:", err)
		os.Exit(1)
	}
}

// way is a way to send puts: so many callers, each of which sends when it has its answer, or a rate.
type way struct {
	callers int
	rate    int // 0 in a closed loop
}

func (w way) String() string {
	if w.rate > 0 {
		return fmt.Sprintf("%d/s", w.rate)
	}
	return fmt.Sprintf("%d callers", w.callers)
}

// did is what one of both has done.
type did struct {
	rate   float64       // puts a second
	cpu    time.Duration // of its process, a put
	memory int64         // its peak, bytes
}

// bench is what is measured.
type bench struct {
	aftershock, benchmark string
	length                time.Duration
	rate                  int
	taken                 map[way][2][]did // ours, theirs
}

func (b *bench) run(ctx context.Context, rounds int, seed uint64, out, progress io.Writer) error {
	rng := rand.New(rand.NewPCG(seed, 0))
	ways := []way{{callers: 50}, {callers: 256}, {callers: 256, rate: b.rate}}
	b.taken = map[way][2][]did{}
	for round := range rounds {
		for _, w := range ways {
			if err := b.both(ctx, w, rng.IntN(2)); err != nil {
				return fmt.Errorf("%v: %w", w, err)
			}
		}
		fmt.Fprintf(progress, "round %d of %d\n", round+1, rounds)
	}
	fmt.Fprintf(out, "%d rounds of %v, seed %d; %s, %d processors\n\n", rounds, b.length, seed, runtime.Version(),
		runtime.NumCPU())
	return b.table(out, ways)
}

// both lets both drive members of their own, one after the other.
func (b *bench) both(ctx context.Context, w way, first int) error {
	taken := b.taken[w]
	for _, who := range []int{first, 1 - first} {
		did, err := []func(context.Context, way) (did, error){b.ours, b.theirs}[who](ctx, w)
		if err != nil {
			return err
		}
		taken[who] = append(taken[who], did)
	}
	b.taken[w] = taken
	return nil
}

// table prints a row for each way and figure.
func (b *bench) table(out io.Writer, ways []way) error {
	var text strings.Builder
	text.WriteString("| puts | figure | etcd's benchmark | aftershock | aftershock / etcd's [95 %] |\n" +
		"|---|---|---|---|---|\n")
	for _, w := range ways {
		for _, f := range figures {
			if w.rate > 0 && f.ofClosed {
				continue
			}
			ours, theirs := each(b.taken[w][0], f.of), each(b.taken[w][1], f.of)
			c, err := stat.Compare(theirs, ours, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.02})
			if err != nil {
				return err
			}
			at := c.At95
			fmt.Fprintf(&text, "| %v | %s | %s | %s | %.2f [%.2f, %.2f] |\n", w, f.name, f.shown(median(theirs)),
				f.shown(median(ours)), math.Exp(at.Value), math.Exp(at.Low), math.Exp(at.High))
		}
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// figures are what is compared.
var figures = []struct {
	name     string
	ofClosed bool // of a closed loop alone
	of       func(did) float64
	shown    func(float64) string
}{
	{
		"puts a second", true, func(d did) float64 { return d.rate },
		func(v float64) string { return fmt.Sprintf("%.0f", v) },
	},
	{
		"CPU a put", false, func(d did) float64 { return d.cpu.Seconds() * 1e6 },
		func(v float64) string { return fmt.Sprintf("%.1f us", v) },
	},
	{
		"memory", false, func(d did) float64 { return float64(d.memory) / (1 << 20) },
		func(v float64) string { return fmt.Sprintf("%.0f MiB", v) },
	},
}

func each(all []did, of func(did) float64) (values []float64) {
	for _, d := range all {
		values = append(values, of(d))
	}
	return values
}

func median(values []float64) float64 {
	m, _ := stat.Median(values)
	return m
}
