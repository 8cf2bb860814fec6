// Package cancels keeps cancel funcs in maps and forgets them there, as the article describes it.
package cancels

import (
	"context"
	"time"
)

type entry struct {
	cancel context.CancelFunc
	value  int
}

type requests struct {
	cancels map[string]context.CancelFunc
	entries map[string]entry
}

// begin keeps the func of each request, and nothing ever takes it out.
func (r *requests) begin(ctx context.Context, id string) context.Context {
	child, cancel := context.WithCancel(ctx)
	r.cancels[id] = cancel
	return child
}

// fetch keeps a func beside a value, with a timer.
func (r *requests) fetch(ctx context.Context, id string) context.Context {
	child, cancel := context.WithTimeout(ctx, time.Second)
	r.entries[id] = entry{cancel: cancel, value: 1}
	return child
}

// forget takes an entry out, and does not call its func.
func (r *requests) forget(id string) {
	delete(r.cancels, id)
	delete(r.entries, id)
}

// Serve uses all of them, so that no linter finds them unused.
func Serve(ctx context.Context, ids []string) (values int) {
	r := requests{cancels: map[string]context.CancelFunc{}, entries: map[string]entry{}}
	for _, id := range ids {
		<-r.begin(ctx, id).Done()
		<-r.fetch(ctx, id).Done()
		values += r.entries[id].value
		r.forget(id)
	}
	return values
}
