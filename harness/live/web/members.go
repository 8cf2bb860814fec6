package web

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"

	"aftershock/harness/live"
	"aftershock/results/metrics"
)

// members hand on what the members of a run's clusters say of themselves. Each trial has new ones, at new addresses,
// and Prometheus takes up to ten seconds to learn of an address, which is the length of a trial. So a member is found
// under one address for the whole run, by its name.
type members struct {
	to *http.Transport

	mu    sync.Mutex
	run   string            // its ID
	names map[string]bool   // of all that were ever up in it
	pages map[string]string // of metrics, of those that are up
}

// Members are asked directly, whatever proxy the environment names. One that a fault has stopped does not
// answer.
func newMembers(secured func(address string) *tls.Config) *members {
	to := &http.Transport{ResponseHeaderTimeout: headFor, DisableKeepAlives: true}
	if secured != nil {
		to.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, headFor)
			defer cancel()
			return (&tls.Dialer{Config: secured(address)}).DialContext(ctx, network, address)
		}
	}
	return &members{to: to, names: map[string]bool{}}
}

// Take follows the run.
func (m *members) Take(e live.Event, _ *live.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch e.Kind {
	case live.Began:
		m.run = e.Run.Record.ID
	case live.Now:
		m.pages = e.Status.Pages
		for name := range m.pages {
			m.names[name] = true
		}
	case live.Loaded, live.Happened, live.TrialEnded, live.FixEnded, live.Ended:
	}
}

// target is an entry of Prometheus's HTTP service discovery.
//
// https://prometheus.io/docs/prometheus/latest/http_sd/
type target struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// targets are the members for Prometheus to scrape, at the address by which it asks.
func (m *members) targets(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	run, names := m.run, slices.Sorted(maps.Keys(m.names))
	m.mu.Unlock()
	all := []target{}
	for _, name := range names {
		all = append(all, target{[]string{r.Host}, map[string]string{
			metrics.Run: run, "member": name, "__metrics_path__": "/members/" + name,
		}})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(all)
}

// page hands on a member's page of metrics as it is. The token stays here.
func (m *members) page(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	page := m.pages[r.PathValue("member")]
	m.mu.Unlock()
	to, err := url.Parse(page)
	if err != nil || to.Host == "" {
		http.Error(w, "no such member is up", http.StatusServiceUnavailable)
		return
	}
	(&httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL, p.Out.Host = to, ""
			p.Out.Header.Del("Authorization")
		},
		Transport: m.to,
		ErrorLog:  log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "the member does not answer", http.StatusBadGateway)
		},
	}).ServeHTTP(w, r)
}
