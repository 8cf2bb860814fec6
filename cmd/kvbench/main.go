// Kvbench measures operations of etcd by aftershock and by etcd's own benchmark, one after the other, in another order
// in each round: kvbench AFTERSHOCK BENCHMARK. Each drives three new members of one kind over as many connections, in a
// closed loop with as many callers. With -pause it suspends the leader while both send at a rate, and says how many of
// their operations were slow. It is what make bench-kv runs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"aftershock/harness"
	"aftershock/results/stat/rounds"
)

func main() {
	harness.Child(harness.Registry{}) // a member of the cluster that etcd's benchmark drives
	number := flag.Int("rounds", 8, "rounds, 1 to 40; from 6 on there are intervals")
	length := flag.Duration("for", 8*time.Second, "the time that each has, 2s to 5m")
	names := flag.String("operations", "put", "operations, with commas between")
	callers := flag.String("callers", "50,256", "numbers of callers, with commas between")
	rate := flag.Int("rate", 1000, "puts a second of the open loop, up to 50000; 0 for none")
	pause := flag.Bool("pause", false, "suspend the leader while both put 500 a second; no other flag matters then")
	seed := flag.Uint64("seed", 1, "of the order")
	flag.Parse()
	all, err := ways(*names, *callers, *rate)
	if err != nil || flag.NArg() != 2 || *number < 1 || *number > rounds.Most || *length < 2*time.Second ||
		*length > 5*time.Minute || *rate < 0 || *rate > 50000 {
		fmt.Fprintln(os.Stderr, errors.Join(err, errors.New("usage: kvbench [flags] AFTERSHOCK BENCHMARK")))
		flag.PrintDefaults()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	b := bench{aftershock: flag.Arg(0), benchmark: flag.Arg(1), length: *length, last: map[way]float64{}}
	if *pause {
		err = b.pause(ctx, os.Stdout)
	} else {
		err = b.run(ctx, all, *number, *seed, os.Stdout, os.Stderr)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kvbench:", err)
		os.Exit(1)
	}
}

// did is what one of both has done.
type did struct {
	count  int           // operations
	rate   float64       // operations a second
	cpu    time.Duration // of its process, an operation
	memory int64         // its peak, bytes
}

// bench is what is measured.
type bench struct {
	aftershock, benchmark string
	length                time.Duration
	last                  map[way]float64 // the rate that etcd's benchmark had last
}

// Those that drive members of their own. Ours goes through client links, as every client of a run does, so that a fault
// could cut them; etcd's benchmark goes straight to the members, and once more through such links.
const (
	ours   = "aftershock"
	theirs = "etcd's benchmark"
	linked = "the same through links"
)

// taken is what both have done in each way, round after round.
type taken map[way]rounds.Taken[did]

func (b *bench) run(ctx context.Context, ways []way, number int, seed uint64, out, progress io.Writer) error {
	all := taken{}
	for _, w := range ways {
		fmt.Fprintln(progress, w)
		var err error
		all[w], err = rounds.Measure(number, seed, []string{ours, theirs, linked}, func(who string) (did, error) {
			if who == ours {
				return b.ours(ctx, w)
			}
			return b.theirs(ctx, w, who == linked)
		}, progress)
		if err != nil {
			return fmt.Errorf("%v: %w", w, err)
		}
	}
	fmt.Fprintf(out, "%d rounds of %v, seed %d; %s, %d processors\n\n", number, b.length, seed, runtime.Version(),
		runtime.NumCPU())
	return table(out, ways, all)
}

// table prints a row for each way and figure.
func table(out io.Writer, ways []way, all taken) error {
	var text strings.Builder
	fmt.Fprintf(&text, "| operation | figure | %s | %s | %s | times etcd's [95 %%] | times that through links |\n"+
		"|---|---|---|---|---|---|---|\n", theirs, linked, ours)
	for _, w := range ways {
		for _, f := range figures {
			if w.rate > 0 && f.ofClosed {
				continue
			}
			mine := all[w].Figure(ours, f.of)
			fmt.Fprintf(&text, "| %v | %s |", w, f.name)
			for _, who := range []string{theirs, linked, ours} {
				fmt.Fprintf(&text, " %s |", f.shown(rounds.Median(all[w].Figure(who, f.of))))
			}
			for _, who := range []string{theirs, linked} {
				times, err := rounds.Times(all[w].Figure(who, f.of), mine)
				if err != nil {
					return err
				}
				fmt.Fprintf(&text, " %s |", times)
			}
			text.WriteString("\n")
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
	{"operations", true, func(d did) float64 { return float64(d.count) }, whole},
	{"a second", true, func(d did) float64 { return d.rate }, whole},
	{
		"CPU of each", false, func(d did) float64 { return d.cpu.Seconds() * 1e6 },
		func(v float64) string { return fmt.Sprintf("%.1f us", v) },
	},
	{
		"memory", false, func(d did) float64 { return float64(d.memory) / (1 << 20) },
		func(v float64) string { return fmt.Sprintf("%.0f MiB", v) },
	},
}

func whole(v float64) string { return fmt.Sprintf("%.0f", v) }
