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
	"aftershock/results/stat/rounds"
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
	number := flag.Int("rounds", 8, "rounds, 1 to 40; from 6 on there are intervals")
	rate := flag.Int("rate", 4000, "requests a second, 1 to 50000")
	length := flag.Duration("for", 8*time.Second, "the time that each client has, 1s to 1m")
	seed := flag.Uint64("seed", 1, "of the order")
	flag.Parse()
	if *number < 1 || *number > rounds.Most || *rate < 1 || *rate > 50000 || *length < time.Second ||
		*length > time.Minute {
		flag.Usage()
		os.Exit(2)
	}
	self, err := os.Executable()
	if err == nil {
		err = measure(setting{*program, self, *rate, *length}, *number, *seed)
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

// driven is what a client has sent, and how late our dispatch was at P99.
type driven struct {
	sent
	late time.Duration
}

// cost is its processor time a request in us.
func (d driven) cost() float64 { return d.CPU.Seconds() * 1e6 / float64(d.Requests) }

// reached is the share of answered requests.
func (d driven) reached() float64 { return float64(d.Requests) / float64(d.Offered) }

// measure prints a row for each client, and its cost against ours.
func measure(s setting, number int, seed uint64) error {
	all, err := rounds.Measure(number, seed, clients, func(name string) (d driven, err error) {
		if name == clients[0] {
			d.sent, d.late, err = s.ours()
		} else {
			d.sent, err = s.theirs(name)
		}
		return d, err
	}, os.Stderr)
	if err != nil {
		return err
	}
	return table(os.Stdout, fmt.Sprintf("%d rounds of %v at %d requests a second, seed %d; %s, %d processors", number,
		s.length, s.rate, seed, runtime.Version(), runtime.NumCPU()), all)
}

func table(to io.Writer, head string, all rounds.Taken[driven]) error {
	var b strings.Builder
	b.WriteString(head + "\n\n| client | answered | CPU a request | times aftershock's [95 %] |\n|---|---|---|---|\n")
	for _, name := range clients {
		against := "1"
		costs := all.Figure(name, driven.cost)
		if name != clients[0] {
			var err error
			if against, err = rounds.Times(all.Figure(clients[0], driven.cost), costs); err != nil {
				return err
			}
		}
		fmt.Fprintf(&b, "| %s | %.1f %% | %.1f us | %s |\n", name, 100*rounds.Median(all.Figure(name, driven.reached)),
			rounds.Median(costs), against)
	}
	fmt.Fprintf(&b, "\naftershock sent %.2f ms late at P99 after its warm-up, in the middle of its rounds\n",
		rounds.Median(all.Figure(clients[0], func(d driven) float64 { return d.late.Seconds() * 1e3 })))
	_, err := io.WriteString(to, b.String())
	return err
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
