package detachedlogging

import (
	"context"
	"io"
	"log/slog"

	"aftershock/scenarios/collector"
)

// before writes a line for each series.
type before struct{ log *slog.Logger }

func newBefore(to io.Writer) collector.Reporter {
	return before{slog.New(withRequest{slog.NewTextHandler(to, nil)})}
}

func (b before) Stale(request context.Context, series []collector.Series) {
	for i := range series {
		b.log.LogAttrs(request, slog.LevelWarn, "series is stale",
			slog.String("series", series[i].Key), slog.Any("cause", request.Err()))
	}
}

// withRequest adds the request's number to each record, as it finds it in the record's context.
type withRequest struct{ slog.Handler }

func (h withRequest) Handle(ctx context.Context, r slog.Record) error {
	r.AddAttrs(slog.Uint64("request", collector.RequestID(ctx)))
	return h.Handler.Handle(ctx, r)
}
