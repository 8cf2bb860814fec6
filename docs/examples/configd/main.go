// Command configd is a small configuration service: it keeps settings in etcd and serves them over HTTP. Its defect is
// one that many services have, and -repaired is the repair:
//
//	configd             talks to one endpoint, and lets a read take as long as etcd takes
//	configd -repaired   gives each read 100 ms at one endpoint, and then asks the next
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// prefix begins every key of the service.
const prefix = "configd/"

func main() {
	repaired := flag.Bool("repaired", false, "bound each read, and ask the next endpoint")
	flag.Parse()
	if err := run(*repaired); err != nil {
		fmt.Fprintln(os.Stderr, "configd:", err)
		os.Exit(1)
	}
}

// run serves until it is told to stop. ETCD_ENDPOINTS and PORT are what aftershock sets.
func run(repaired bool) error {
	s, err := connect(strings.Split(os.Getenv("ETCD_ENDPOINTS"), ","), repaired)
	if err != nil {
		return err
	}
	defer func() { _ = s.close() }()
	server := &http.Server{
		Addr: "127.0.0.1:" + os.Getenv("PORT"), Handler: s.handler(), ReadHeaderTimeout: time.Second,
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	log.Println("serving", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type service struct {
	clients  []*clientv3.Client // one for each endpoint
	patience time.Duration      // with one endpoint; 0 is endless
}

// connect makes a client for each endpoint that is asked.
func connect(endpoints []string, repaired bool) (s service, err error) {
	if repaired {
		s.patience = 100 * time.Millisecond
	} else {
		endpoints = endpoints[:1]
	}
	for _, endpoint := range endpoints {
		client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, Logger: zap.NewNop()})
		if err != nil {
			return s, errors.Join(err, s.close())
		}
		s.clients = append(s.clients, client)
	}
	return s, nil
}

func (s service) close() (err error) {
	for _, client := range s.clients {
		err = errors.Join(err, client.Close())
	}
	return err
}

func (s service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /config/{name}", s.get)
	mux.HandleFunc("PUT /config/{name}", s.put)
	return mux
}

// try asks one endpoint after the other, each for as long as the patience lasts, until one answers.
func (s service) try(ctx context.Context, ask func(context.Context, *clientv3.Client) error) error {
	var err error
	for _, client := range s.clients {
		within, cancel := ctx, context.CancelFunc(func() {})
		if s.patience > 0 {
			within, cancel = context.WithTimeout(ctx, s.patience)
		}
		err = ask(within, client)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// health answers once a read from etcd has succeeded.
func (s service) health(w http.ResponseWriter, r *http.Request) {
	err := s.try(r.Context(), func(ctx context.Context, c *clientv3.Client) error {
		_, err := c.Get(ctx, prefix+"health")
		return err
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

func (s service) get(w http.ResponseWriter, r *http.Request) {
	var got *clientv3.GetResponse
	err := s.try(r.Context(), func(ctx context.Context, c *clientv3.Client) (err error) {
		got, err = c.Get(ctx, prefix+r.PathValue("name"))
		return err
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	answer := map[string]string{"name": r.PathValue("name"), "value": "default"}
	if len(got.Kvs) > 0 {
		answer["value"] = string(got.Kvs[0].Value)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // a client that has gone wants none
}

func (s service) put(w http.ResponseWriter, r *http.Request) {
	value, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err == nil {
		err = s.try(r.Context(), func(ctx context.Context, c *clientv3.Client) error {
			_, err := c.Put(ctx, prefix+r.PathValue("name"), string(value))
			return err
		})
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}
