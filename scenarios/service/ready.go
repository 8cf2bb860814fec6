package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/units"
)

// askEvery is how often a program is asked whether it is ready, and askFor how long it may take to answer.
const (
	askEvery = 20 * time.Millisecond
	askFor   = time.Second
)

// TCP begins the address of a program that is ready once it accepts connections, such as one of gRPC.
const TCP = "tcp://"

// awaitReady waits until the program answers that it is ready. Its errors say how far it came.
func (r *running) awaitReady(ctx context.Context, client *http.Client, url string, within time.Duration) error {
	url = strings.ReplaceAll(url, portWord, strconv.Itoa(r.port))
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	ticks := time.NewTicker(askEvery)
	defer ticks.Stop()
	last := errors.New("it was never asked")
	for {
		if err := ask(ctx, client, url); err == nil {
			return nil
		} else if ctx.Err() == nil {
			last = err
		}
		select {
		case <-r.gone:
			r.output.drain()
			return fmt.Errorf("%s %s before it was ready; %s", r.name, r.how(), r.output.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready after %s: %w; %s", r.name, units.Short(within), r.elsewhere(last),
				r.output.lastWords())
		case <-ticks.C:
		}
	}
}

// ask asks once. The error is what a reader needs to find out why.
func ask(ctx context.Context, client *http.Client, url string) error {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	if address, ok := strings.CutPrefix(url, TCP); ok {
		conn, err := dialHere(ctx, "tcp", address)
		if err == nil {
			err = conn.Close()
		}
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, UsualLimits.Answer)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("%s answers %s", url, answer.Status)
	}
	return nil
}
