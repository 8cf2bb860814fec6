package detachedlogging

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"aftershock/scenarios/collector"

	"golang.org/x/time/rate"
)

// after writes a line a second, whatever happens, and counts what it does not write.
type after struct {
	log   *slog.Logger
	stale atomic.Uint64 // batches since the last line
	limit *rate.Limiter
}

func newAfter(to io.Writer) collector.Reporter {
	return &after{log: slog.New(slog.NewTextHandler(to, nil)), limit: rate.NewLimiter(rate.Every(time.Second), 1)}
}

func (a *after) Stale(_ context.Context, series []collector.Series) {
	a.stale.Add(1)
	if a.limit.Allow() {
		a.log.Warn("batches are stale", "batches", a.stale.Swap(0), "series", len(series))
	}
}
