package precheck_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"aftershock/scenarios/precheck"
)

// BenchmarkFill puts 1000 keys into a map that is used again, whatever the context says: a loop that stops when it is told
// to would only look fast. One operation is one such map.
func BenchmarkFill(b *testing.B) {
	names := names(1000)
	for _, shared := range contexts(b) {
		for _, c := range []struct {
			way string
			put func(ctx context.Context, into map[string]any, names []string, values [2]any)
		}{{"unasked", unasked}, {"every-64", every64}, {"every-key", everyKey}, {"ctx.Err-per-key", errPerKey}} {
			b.Run(c.way+"/"+shared.name, func(b *testing.B) {
				into := make(map[string]any, len(names))
				values := [2]any{1.0, 2.0}
				b.ReportAllocs()
				for b.Loop() {
					clear(into)
					c.put(shared.ctx, into, names, values)
				}
			})
		}
	}
}

// BenchmarkBuild is what a whole build costs, and one that is refused.
func BenchmarkBuild(b *testing.B) {
	names := names(1000)
	for _, shared := range contexts(b) {
		b.Run(shared.name, func(b *testing.B) {
			private := make(map[string]any, len(names))
			var value any = 1.0
			b.ReportAllocs()
			for b.Loop() {
				_, _ = precheck.Build(shared.ctx, private, func(ctx context.Context, into map[string]any) error {
					check := precheck.Every(ctx, 64)
					for i := range names {
						if err := check.Err(); err != nil {
							return err
						}
						into[names[i]] = value
					}
					return nil
				})
			}
		})
	}
}

func names(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = `n1:etcd_disk_wal_fsync_duration_seconds_bucket{le="` + strconv.Itoa(i) + `"}:value`
	}
	return names
}

type named struct {
	name string
	ctx  context.Context
}

// contexts are one that lives, one that lives with a deadline, and one that is cancelled.
func contexts(b *testing.B) []named {
	live, stop := context.WithCancel(context.Background())
	bounded, end := context.WithTimeout(context.Background(), time.Hour)
	b.Cleanup(func() {
		stop()
		end()
	})
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	return []named{{"live", live}, {"deadline", bounded}, {"cancelled", cancelled}}
}

func unasked(_ context.Context, into map[string]any, names []string, values [2]any) {
	for i := range names {
		into[names[i]] = values[0]
	}
}

func every64(ctx context.Context, into map[string]any, names []string, values [2]any) {
	check := precheck.Every(ctx, 64)
	for i := range names {
		value := values[0]
		if check.Err() != nil {
			value = values[1]
		}
		into[names[i]] = value
	}
}

func everyKey(ctx context.Context, into map[string]any, names []string, values [2]any) {
	for i := range names {
		value := values[0]
		if precheck.Err(ctx) != nil {
			value = values[1]
		}
		into[names[i]] = value
	}
}

func errPerKey(ctx context.Context, into map[string]any, names []string, values [2]any) {
	for i := range names {
		value := values[0]
		if ctx.Err() != nil {
			value = values[1]
		}
		into[names[i]] = value
	}
}
