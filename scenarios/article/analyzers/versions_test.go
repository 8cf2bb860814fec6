package analyzers

import (
	"bytes"
	"context"
	"testing"
	"time"

	log "github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"
)

type key struct{}

// carried is a hook that keeps the value which a line's context has.
type carried struct{ values []any }

func (*carried) Levels() []log.Level { return log.AllLevels }

func (c *carried) Fire(line *log.Entry) error {
	if line.Context != nil {
		c.values = append(c.values, line.Context.Value(key{}))
	}
	return nil
}

// The version is the first that has it: see go.mod.
func TestLogrusHasWithContext(t *testing.T) {
	hook, to := &carried{}, &bytes.Buffer{}
	logger := log.New()
	logger.SetOutput(to)
	logger.AddHook(hook)
	ctx := context.WithValue(context.Background(), key{}, "request 7")
	logger.WithContext(ctx).Info("stale")
	log.WithContext(ctx) // as the article calls it
	if len(hook.values) != 1 || hook.values[0] != "request 7" || to.Len() == 0 {
		t.Errorf("a line carries %v, and is %q", hook.values, to)
	}
}

// The client is of the version that the article names, which is not the one that the harness uses.
func TestTheArticlesClientAddsTheSameHeader(t *testing.T) {
	parent, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	child := clientv3.WithRequireLeader(parent)
	was, _ := parent.Deadline()
	if is, ok := child.Deadline(); !ok || !is.Equal(was) || child.Done() != parent.Done() {
		t.Errorf("deadline %v, want the parent's %v; or a Done of its own", is, was)
	}
	bare := clientv3.WithRequireLeader(context.Background())
	if at, ok := bare.Deadline(); ok || bare.Done() != nil {
		t.Errorf("it has a deadline, %v, or can be cancelled", at)
	}
	header, _ := metadata.FromOutgoingContext(bare)
	if len(header["hasleader"]) != 1 || header["hasleader"][0] != "true" {
		t.Errorf("header %v", header)
	}
	for name := range header {
		if name != "hasleader" && name != "client-api-version" {
			t.Errorf("it adds the header %s as well", name)
		}
	}
}
