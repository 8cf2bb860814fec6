// Program compare measures what a request over HTTP/1.1 costs aftershock's worker, vegeta and fortio. Each drives the
// same trivial server at the same rate for the same time, one after the other, in another order in each round.
package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
	"aftershock/scenarios/service"
)

//go:embed rate.yaml
var scenario string

// setting is what is measured.
type setting struct {
	aftershock, self string // programs
	rate             int    // requests a second
	length           time.Duration
}

func main() {
	if args := os.Args[1:]; len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		exit(child(args))
	}
	program := flag.String("aftershock", "../../../bin/aftershock", "the built program")
	rounds := flag.Int("rounds", 8, "rounds, 6 to 40")
	rate := flag.Int("rate", 4000, "requests a second, 1 to 50000")
	length := flag.Duration("for", 8*time.Second, "the time that each client has, 1s to 1m")
	seed := flag.Uint64("seed", 1, "of the order")
	flag.Parse()
	if *rounds < 6 || *rounds > 40 || *rate < 1 || *rate > 50000 || *length < time.Second || *length > time.Minute {
		flag.Usage()
		os.Exit(2)
	}
	self, err := os.Executable()
	if err == nil {
		err = measure(setting{*program, self, *rate, *length}, *rounds, *seed)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// clients are those that are compared, the first with all others.
var clients = []string{"aftershock", "vegeta", "fortio"}

// figures are those of all rounds, by client.
type figures struct {
	costs   map[string][]float64 // us of processor time a request
	reached map[string][]float64 // answered requests as a share of the offered ones
	late    []float64            // ms by which our dispatch was late at P99
}

// measure prints a row for each client, and its cost against ours.
func measure(s setting, rounds int, seed uint64) error {
	f := figures{costs: map[string][]float64{}, reached: map[string][]float64{}}
	rng := rand.New(rand.NewPCG(seed, 0))
	for round := range rounds {
		order := slices.Clone(clients)
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, name := range order {
			if err := f.add(s, name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, rounds)
	}
	return f.print(os.Stdout, fmt.Sprintf("%d rounds of %v at %d requests a second, seed %d; %s, %d processors", rounds,
		s.length, s.rate, seed, runtime.Version(), runtime.NumCPU()))
}

// add drives a server once with a client.
func (f *figures) add(s setting, name string) error {
	drive := func() (sent, error) { return s.theirs(name) }
	if name == clients[0] {
		drive = func() (did sent, err error) {
			did, late, err := s.ours()
			f.late = append(f.late, late.Seconds()*1e3)
			return did, err
		}
	}
	did, err := drive()
	if err != nil {
		return err
	}
	f.costs[name] = append(f.costs[name], did.CPU.Seconds()*1e6/float64(did.Requests))
	f.reached[name] = append(f.reached[name], float64(did.Requests)/float64(did.Offered))
	return nil
}

func (f *figures) print(to io.Writer, head string) error {
	var b strings.Builder
	b.WriteString(head + "\n\n| client | answered | CPU a request | against aftershock [95 %] |\n|---|---|---|---|\n")
	for _, name := range clients {
		against := "1"
		if name != clients[0] {
			c, err := stat.Compare(f.costs[clients[0]], f.costs[name],
				stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.05})
			if err != nil {
				return err
			}
			at := c.At95
			against = fmt.Sprintf("%.2f times [%.2f, %.2f]", math.Exp(at.Value), math.Exp(at.Low), math.Exp(at.High))
		}
		fmt.Fprintf(&b, "| %s | %.1f %% | %.1f us | %s |\n", name, 100*median(f.reached[name]), median(f.costs[name]),
			against)
	}
	fmt.Fprintf(&b, "\naftershock sent %.2f ms late at P99 after its warm-up, in the middle of its rounds\n",
		median(f.late))
	_, err := io.WriteString(to, b.String())
	return err
}

func median(values []float64) float64 {
	m, _ := stat.Median(values)
	return m
}

// theirs starts a server, and a client that drives it, and waits for both.
func (s setting) theirs(name string) (did sent, err error) {
	address, err := freeAddress()
	if err != nil {
		return sent{}, err
	}
	server := exec.Command(s.self, "serve", address)
	if err := server.Start(); err != nil {
		return sent{}, err
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		err = errors.Join(err, server.Wait())
	}()
	if err := awaitServer(address); err != nil {
		return sent{}, err
	}
	out, err := exec.Command(s.self, name, "http://"+address+"/", strconv.Itoa(s.rate), s.length.String()).Output()
	if err != nil {
		return sent{}, err
	}
	err = json.Unmarshal(out, &did)
	did.Offered = int(float64(s.rate) * s.length.Seconds())
	return did, err
}

// ours runs a pair of trials in which both arms are the same, and gives both together. What the worker waited for, its
// server, is part of its time, and says itself how much that was.
func (s setting) ours() (did sent, late time.Duration, err error) {
	folder, err := os.MkdirTemp("", "compare")
	if err != nil {
		return sent{}, 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "rate.yaml")
	text := strings.NewReplacer("SERVER", strconv.Quote(s.self), "RATE", strconv.Itoa(s.rate), "LENGTH",
		s.length.String()).Replace(scenario)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return sent{}, 0, err
	}
	run := exec.Command(s.aftershock, "run", file, "--out", folder, "--name", "run", "--progress", "none")
	if out, err := run.CombinedOutput(); err != nil {
		return sent{}, 0, fmt.Errorf("%w: %s", err, out)
	}
	trials, err := filepath.Glob(filepath.Join(folder, "run", results.TrialsDir, "*", "*"))
	if err != nil {
		return sent{}, 0, err
	}
	if len(trials) != 2 {
		return sent{}, 0, fmt.Errorf("%d trials, want two", len(trials))
	}
	for _, trial := range trials {
		one, lag, err := s.ofTrial(trial)
		if err != nil {
			return sent{}, 0, err
		}
		did.Offered, did.Requests, did.CPU = did.Offered+one.Offered, did.Requests+one.Requests, did.CPU+one.CPU
		late = max(late, lag)
	}
	return did, late, nil
}

// warmUp is the first phase of rate.yaml: each connection is made by a request that finds none.
const warmUp = 2 * time.Second

// ofTrial is what the worker of a trial did while its server was driven, and how late it sent at P99 after the warm-up.
func (s setting) ofTrial(folder string) (did sent, late time.Duration, err error) {
	trial, err := results.ReadTrial(folder)
	if err != nil {
		return sent{}, 0, err
	}
	log, err := ops.Read(filepath.Join(folder, results.OpsFile))
	if err != nil {
		return sent{}, 0, err
	}
	did.Offered = log.Streams[0].Slots
	var lags []time.Duration
	for _, op := range log.Records(0) {
		if op.Outcome == ops.OK {
			did.Requests++
		}
		if time.Duration(op.Intended) >= warmUp {
			lags = append(lags, op.Lag)
		}
	}
	if len(lags) == 0 {
		return sent{}, 0, errors.New("no request after the warm-up")
	}
	slices.Sort(lags)
	late = lags[len(lags)*99/100]
	var server sent
	printed, err := os.ReadFile(filepath.Join(folder, service.OutputFile))
	if err == nil {
		err = json.Unmarshal(printed, &server)
	}
	did.CPU = trial.CPU.Generator + trial.CPU.Workload - server.CPU
	return did, late, err
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// awaitServer waits until the server accepts connections, for 10 s at most.
func awaitServer(address string) error {
	var err error
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		var conn net.Conn
		if conn, err = net.Dial("tcp4", address); err == nil {
			return conn.Close()
		}
	}
	return err
}
