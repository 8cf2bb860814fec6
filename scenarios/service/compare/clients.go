package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"aftershock/internal/usage"

	"fortio.org/fortio/fhttp"
	"fortio.org/fortio/periodic"
	vegeta "github.com/tsenart/vegeta/v12/lib"
	"github.com/valyala/fasthttp"
)

// sent is what a client did, and what a server took for it.
type sent struct {
	Offered  int           `json:"-"`        // requests that the rate asked for
	Requests int           `json:"requests"` // that were answered with 200
	CPU      time.Duration `json:"cpu_ns"`   // of its process
}

// serve answers every request with two bytes, and says at SIGTERM what it took.
func serve(address string) error {
	server := &fasthttp.Server{Handler: func(c *fasthttp.RequestCtx) { c.SetBodyString("ok") }}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe(address) }()
	select {
	case err := <-failed:
		return err
	case <-ended:
		return say(sent{CPU: usage.CPU()})
	}
}

// attack is what vegeta's command does: results are encoded as they come.
func attack(url string, rate int, length time.Duration) error {
	requests := 0
	encode := vegeta.NewEncoder(io.Discard)
	targeter := vegeta.NewStaticTargeter(vegeta.Target{Method: "GET", URL: url})
	pace := vegeta.Rate{Freq: rate, Per: time.Second}
	for r := range vegeta.NewAttacker().Attack(targeter, pace, length, "") {
		if r.Code == 200 {
			requests++
		}
		if err := encode(r); err != nil {
			return err
		}
	}
	return say(sent{Requests: requests, CPU: usage.CPU()})
}

// load is what fortio's command does with its standard client (-stdclient), with as many connections as its usual
// number of threads.
func load(url string, rate int, length time.Duration) error {
	options := fhttp.HTTPRunnerOptions{
		RunnerOptions: periodic.RunnerOptions{QPS: float64(rate), Duration: length, NumThreads: 8, Out: io.Discard},
		HTTPOptions:   fhttp.HTTPOptions{DisableFastClient: true},
	}
	options.Init(url)
	r, err := fhttp.RunHTTPTest(&options)
	if err != nil {
		return err
	}
	return say(sent{Requests: int(r.RetCodes[200]), CPU: usage.CPU()})
}

func say(s sent) error { return json.NewEncoder(os.Stdout).Encode(s) }

// child does the work of a process that was started for it: serve ADDRESS, or the name of a client with URL, RATE and
// LENGTH.
func child(args []string) error {
	if args[0] == "serve" && len(args) == 2 {
		return serve(args[1])
	}
	clients := map[string]func(string, int, time.Duration) error{"vegeta": attack, "fortio": load}
	client, ok := clients[args[0]]
	if !ok || len(args) != 4 {
		return fmt.Errorf("%q (allowed: serve ADDRESS, vegeta URL RATE LENGTH, fortio URL RATE LENGTH)", args)
	}
	rate, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	length, err := time.ParseDuration(args[3])
	if err != nil {
		return err
	}
	return client(args[1], rate, length)
}
