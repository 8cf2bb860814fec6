package collector

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// Wire is how a seam reaches etcd, and what it reports to. A seam that is made with none must not use it.
type Wire struct {
	// Client is dialled by the part for its seam alone, and observed; nil for readers, which dial themselves.
	Client *clientv3.Client
	// Links are the addresses of the client links: the service's own first, then those of the other clients that the
	// scenario names, in the order of their names.
	Links []string
	// Dial makes another client of the service's, with its user and its certificates, for these links. Change may alter
	// the configuration; nil leaves it alone. The service closes it.
	Dial  func(links []string, change func(*clientv3.Config)) (*clientv3.Client, error)
	Count Count
	Log   io.Writer // the service's log, which has a reader
	Seed  uint64    // of everything random that a seam does; the same in both arms of a pair
}

// part is something that the service does with etcd beside publishing, where a scenario asks for it.
type part interface {
	// start begins it. What it starts ends with ctx. Close has to follow, whatever it returns.
	start(ctx context.Context) error
	// operation is what one operation of a stream does; nil for a stream that is not the part's.
	operation(stream string) operation
	// close waits for all that start started, whose context has ended. What it still looks up ends with ctx, and the
	// clients are closed after it.
	close(ctx context.Context) error
}

// wire is what the parts are made with.
func (r *remote) wire() Wire {
	links := []string{r.endpoint}
	for _, client := range slices.Sorted(maps.Keys(r.links)) {
		if link := r.links[client]; link != r.endpoint {
			links = append(links, link)
		}
	}
	return Wire{Links: links, Dial: r.dial, Count: r.count, Log: r.log, Seed: r.seed}
}

// dial makes a client that ends with the service's context, and is closed with the service. It is not connected before its
// first request (client/v3 3.7.3, client.go): a part asks something when it starts, or a load's first request would carry
// look-up, connection and handshake.
func (r *remote) dial(links []string, change func(*clientv3.Config)) (*clientv3.Client, error) {
	return r.connect(r.ctx, links, change)
}

// truth is a client past all links, with all members as its endpoints: for what has to know what is true while the
// service cannot, and for others who write to the same cluster. It outlives the service's context, so that what the
// service has left behind can be looked at, and is closed with the service.
func (r *remote) truth() (*clientv3.Client, error) {
	return r.connect(context.WithoutCancel(r.ctx), r.members, nil)
}

func (r *remote) connect(ctx context.Context, endpoints []string, change func(*clientv3.Config)) (*clientv3.Client, error) {
	config := clientv3.Config{
		Endpoints: endpoints, TLS: r.tls, DialTimeout: connectPatience, Context: ctx, Logger: zap.NewNop(),
		Username: r.user, Password: string(r.password), DialOptions: slices.Clone(r.options),
	}
	if change != nil {
		change(&config)
	}
	client, err := clientv3.New(config)
	if err != nil {
		return nil, err
	}
	r.clients = append(r.clients, client)
	return client, nil
}

// warm has a client connected, by a read that any member answers by itself.
func warm(ctx context.Context, client *clientv3.Client) error {
	ctx, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	_, err := client.Get(ctx, ConfigKey, clientv3.WithSerializable(), clientv3.WithCountOnly())
	return err
}

// closeClients closes all that connect has made, the newest first.
func (r *remote) closeClients() (err error) {
	for _, client := range slices.Backward(r.clients) {
		if e := client.Close(); !errors.Is(e, context.Canceled) {
			err = errors.Join(err, e)
		}
	}
	return err
}
