package collector

import (
	"context"
	"errors"
	"maps"
	"slices"

	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// wire is how the parts reach etcd.
func (r *remote) wire() part.Wire {
	links := []string{r.env.Endpoint}
	for _, client := range slices.Sorted(maps.Keys(r.env.Links)) {
		if link := r.env.Links[client]; link != r.env.Endpoint {
			links = append(links, link)
		}
	}
	return part.Wire{Links: links, Dial: r.dial, Count: r.count, Log: r.log, Seed: r.env.Seed}
}

// dial makes a client that ends with the service's context, and is closed with the service.
func (r *remote) dial(links []string, change func(*clientv3.Config)) (*clientv3.Client, error) {
	return r.connect(r.ctx, links, change)
}

// truth makes a client past all links, with all members as its endpoints, so that what the service has left behind can
// be looked at. It is closed with the service.
func (r *remote) truth() (*clientv3.Client, error) {
	return r.connect(context.WithoutCancel(r.ctx), r.env.Members, nil)
}

func (r *remote) connect(
	ctx context.Context, endpoints []string, change func(*clientv3.Config),
) (*clientv3.Client, error) {
	config := clientv3.Config{
		Endpoints: endpoints, TLS: r.env.TLS, DialTimeout: part.Patience, Context: ctx, Logger: zap.NewNop(),
		Username: r.env.User, Password: string(r.env.Password), DialOptions: slices.Clone(r.env.Dial),
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

// closeClients closes all that connect has made, the newest first.
func (r *remote) closeClients() (err error) {
	for _, client := range slices.Backward(r.clients) {
		if e := client.Close(); !errors.Is(e, context.Canceled) {
			err = errors.Join(err, e)
		}
	}
	return err
}
