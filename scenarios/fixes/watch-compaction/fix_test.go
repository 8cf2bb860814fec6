package watchcompaction

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"
)

var arms = map[string]func(part.Wire, uint64) followers.Follower{"before": newBefore, "after": newAfter}

// member answers lists and watches as a script says.
type member struct {
	clientv3.KV
	clientv3.Watcher
	t       *testing.T
	lists   []any                      // the revision at which the directory's only key was written, or an error
	watches [][]clientv3.WatchResponse // each is closed after its last, and the last stays open
	from    []int64                    // watch -> the revision from which it was asked for
}

func (m *member) Get(context.Context, string, ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	if len(m.lists) == 0 {
		m.t.Error("another list is not expected")
		return nil, errors.New("unexpected")
	}
	answer := m.lists[0]
	m.lists = m.lists[1:]
	if err, ok := answer.(error); ok {
		return nil, err
	}
	revision := int64(answer.(int))
	return &clientv3.GetResponse{
		Header: &etcdserverpb.ResponseHeader{Revision: revision + 4}, Kvs: []*mvccpb.KeyValue{{ModRevision: revision}},
	}, nil
}

func (m *member) Watch(ctx context.Context, key string, options ...clientv3.OpOption) clientv3.WatchChan {
	if header, _ := metadata.FromOutgoingContext(ctx); !slices.Equal(header.Get("hasleader"), []string{"true"}) {
		m.t.Error("a watch does not require a leader")
	}
	n := len(m.from)
	m.from = append(m.from, clientv3.OpGet(key, options...).Rev())
	if n >= len(m.watches) {
		m.t.Error("another watch is not expected")
		return nil
	}
	channel := make(chan clientv3.WatchResponse, len(m.watches[n]))
	for _, response := range m.watches[n] {
		channel <- response
	}
	if n == len(m.watches)-1 {
		context.AfterFunc(ctx, func() { close(channel) })
	} else {
		close(channel)
	}
	return channel
}

func event(revision int64) clientv3.WatchResponse {
	return clientv3.WatchResponse{Events: []*clientv3.Event{{Kv: &mvccpb.KeyValue{ModRevision: revision}}}}
}

func TestWhatBecomesOfAWatchThatEnds(t *testing.T) {
	compacted := clientv3.WatchResponse{Canceled: true, CompactRevision: 40}
	for _, c := range []struct {
		name       string
		arm        string
		lists      []any
		watches    [][]clientv3.WatchResponse
		seen, from []int64
		ends       bool // before its context does
	}{
		{
			"a compaction ends it", "before", []any{1}, [][]clientv3.WatchResponse{{event(6), compacted}, {}},
			[]int64{1, 6}, []int64{6}, true,
		},
		{
			"after a compaction everything is listed", "after", []any{1, 50}, [][]clientv3.WatchResponse{{event(6), compacted}, {event(57)}},
			[]int64{1, 6, 50, 57}, []int64{6, 55}, false,
		},
		{
			"and again, when that fails", "after", []any{1, errors.New("refused"), 50}, [][]clientv3.WatchResponse{{compacted}, {}},
			[]int64{1, 50}, []int64{6, 55}, false,
		},
		{
			"after another end nothing was lost", "after", []any{1},
			[][]clientv3.WatchResponse{{event(6), event(9), {Canceled: true}}, {}, {event(12)}, {}, {}},
			[]int64{1, 6, 9, 12}, []int64{6, 10, 10, 13, 13}, false,
		},
		{
			"another end ends it as well", "before", []any{1}, [][]clientv3.WatchResponse{{event(6), {Canceled: true}}, {}},
			[]int64{1, 6}, []int64{6}, true,
		},
		{"a list that fails ends it", "before", []any{errors.New("refused")}, nil, nil, nil, true},
		{
			"a list that fails is repeated", "after", []any{errors.New("refused"), 1}, [][]clientv3.WatchResponse{{event(7)}},
			[]int64{1, 7}, []int64{6}, false,
		},
	} {
		t.Run(c.arm+": "+c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				m := &member{t: t, lists: c.lists, watches: c.watches}
				client := clientv3.NewCtxClient(ctx)
				client.KV, client.Watcher = m, m
				var seen []int64
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					arms[c.arm](part.Wire{Client: client}, 0).Follow(ctx, "directory/", func(kv *mvccpb.KeyValue) {
						seen = append(seen, kv.ModRevision)
					})
				}()
				time.Sleep(10 * pause)
				synctest.Wait()
				select {
				case <-ended:
					if !c.ends {
						t.Error("it has ended")
					}
				default:
					if c.ends {
						t.Error("it has not ended")
					}
				}
				cancel()
				<-ended
				if !slices.Equal(seen, c.seen) || !slices.Equal(m.from, c.from) || len(m.lists) > 0 {
					t.Errorf("seen %d, watched from %d, want %d and %d; %d lists were not asked for", seen, m.from, c.seen, c.from, len(m.lists))
				}
			})
		})
	}
}
