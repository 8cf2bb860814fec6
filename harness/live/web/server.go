package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/internal/regular"

	"golang.org/x/net/netutil"
)

// Server shows one run.
type Server struct {
	hub     *live.Hub
	meters  *meters
	members *members
	http    *http.Server
	at      net.Listener
	ended   sync.WaitGroup

	mu        sync.Mutex
	folder    string
	following int           // viewers that were there at the run's end, and have not fetched its report
	closing   chan struct{} // all of them have it
	over      bool
}

// ReportFile is the page that a run leaves in its folder.
const ReportFile = "report.html"

// The bounds of a request, and of a viewer that does not read.
const (
	mostConnections = 512
	headFor         = 5 * time.Second
	writeFor        = 10 * time.Second
	quietFor        = 15 * time.Second // after which an idle viewer is sent a comment, so that its end is noticed
	handOverFor     = 10 * time.Second // for viewers to fetch the report of a run that has ended
)

// Check tells what is wrong with the options, before anything is started.
func (o Options) Check() error {
	_, err := o.resolve()
	if err == nil {
		_, err = token(o.TokenFile)
	}
	return err
}

// Listen begins to answer. A port that is taken is an error.
func Listen(o Options) (*Server, error) {
	to, err := o.resolve()
	if err != nil {
		return nil, err
	}
	secret, err := token(o.TokenFile)
	if err != nil {
		return nil, err
	}
	at, err := net.Listen("tcp", to.listen)
	if err != nil {
		return nil, inUse(o.Address, err)
	}
	s := &Server{
		hub: live.NewHub(), meters: newMeters(), members: newMembers(o.Members), at: at,
		closing: make(chan struct{}),
	}
	s.http = &http.Server{
		Handler: s.handler(secret), ReadHeaderTimeout: headFor, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	s.ended.Go(func() { _ = s.http.Serve(netutil.LimitListener(at, mostConnections)) }) // until Close
	return s, nil
}

// Address is where the server answers.
func (s *Server) Address() string { return s.at.Addr().String() }

// Views are what the run's stream has to be given. The hub comes last: viewers that it tells of the run's end then
// find the report.
func (s *Server) Views() []live.View { return []live.View{s, s.meters, s.members, s.hub} }

// Operations counts operations of the run: Options.Operations of harness.
func (s *Server) Operations(all []harness.Operation) { s.meters.Operations(all) }

// Take remembers what requests ask for.
func (s *Server) Take(e live.Event, _ *live.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.Kind {
	case live.Began:
		s.folder = e.Run.Folder
	case live.Ended:
		s.over = true
		if !e.End.Report || s.following == 0 {
			s.handOver(s.following)
		}
	case live.Loaded, live.Now, live.Happened, live.TrialEnded, live.FixEnded:
	}
}

// handOver books viewers that wait for the report no more. It is called with the lock.
func (s *Server) handOver(n int) {
	if s.following -= n; s.following <= 0 && s.over {
		select {
		case <-s.closing:
		default:
			close(s.closing)
		}
	}
}

// Close ends the server once those who followed the run to its end have its report, or soon after.
func (s *Server) Close(ctx context.Context) error {
	wait := time.NewTimer(handOverFor)
	defer wait.Stop()
	select {
	case <-s.closing:
	case <-wait.C:
	case <-ctx.Done():
	}
	return s.stop()
}

// stop ends the server. Requests that are being answered have a moment.
func (s *Server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) { // a viewer that does not read
		err = s.http.Close()
	}
	s.ended.Wait()
	return err
}

func (s *Server) handler(secret string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.page)
	mux.HandleFunc("/events", s.events)
	mux.HandleFunc("/state", s.state)
	mux.HandleFunc("/report.html", s.report)
	mux.HandleFunc("/targets", s.members.targets)
	mux.HandleFunc("/members/{member...}", s.members.page)
	mux.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, healthy) })
	mux.Handle("/metrics", s.meters.handler())
	g := guard{next: mux}
	if secret != "" {
		digest := sha256.Sum256([]byte(secret))
		g.digest = &digest
	}
	return g
}

// events sends what happens as server-sent events. Each connection begins with the whole state, so that one that was
// lost needs no memory.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	v, err := s.hub.Join()
	if err != nil {
		w.Header().Set("Retry-After", "5")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer v.Leave()
	s.mu.Lock()
	if !s.over {
		s.following++
		defer func() { s.left() }()
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	quiet := time.NewTicker(quietFor)
	defer quiet.Stop()
	if r.Method == http.MethodHead {
		return
	}
	for text := []byte("retry: 1000\n\n"); ; {
		if out.SetWriteDeadline(time.Now().Add(writeFor)) != nil {
			return
		}
		if _, err := w.Write(text); err != nil || out.Flush() != nil {
			return
		}
		select {
		case m, open := <-v.Messages():
			if !open {
				return
			}
			text = m.Sent
		case <-quiet.C:
			text = []byte(": still here\n\n")
		case <-r.Context().Done():
			return
		}
	}
}

// left books a viewer that went away before the run's end. One that was there at the end comes for the report.
func (s *Server) left() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.following--
	}
}

func (s *Server) state(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(s.hub.Whole())
}

// report is the page of the run that has ended. It brings its own policy, which allows its own scripts.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	folder, over := s.folder, s.over
	s.mu.Unlock()
	text, err := []byte(nil), errors.New("the run has not ended")
	if over {
		text, err = regular.Read(filepath.Join(folder, ReportFile))
	}
	if err != nil {
		http.Error(w, "there is no report yet", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'")
	_, _ = w.Write(text)
	if r.Method == http.MethodGet {
		s.mu.Lock()
		s.handOver(1)
		s.mu.Unlock()
	}
}
