package faults

import (
	"context"
	"fmt"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/etcdclient"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// versionDowngrade asks etcd to prepare for an older version, waits until every member's data can be read by it, and
// then does what version-upgrade does, with an etcd that is one minor version older.
//
//	members, pause  as those of version-upgrade
//
// It takes effect when the first member is gone. Until then etcd needs up to ten seconds: it looks every 4 s whether
// the cluster's version is to go down, and each member as often whether its storage's is (monitorVersionInterval of
// etcdserver/server.go, 3.7.3). An older etcd by more than one minor version is refused by etcd itself.
var versionDowngrade = chaos.Fault{
	FaultRule: changes("version-downgrade"),
	Group:     chaos.OfProcess,
	Summary:   "etcd prepares for an older version, which one member after the other is then started with",
	Needs:     versionUpgrade.Needs,
	Lasting:   versionUpgrade.Lasting,
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		f, err := newChange(t, e)
		if err != nil {
			return nil, err
		}
		f.task = begin(func(ctx context.Context) error {
			if err := f.prepare(ctx); err != nil {
				return fmt.Errorf("no member was restarted: %w", err)
			}
			return f.run(ctx)
		})
		return f, nil
	},
}

// prepare has etcd make the data such that the version can read it.
func (f *change) prepare(ctx context.Context) error {
	minor := minorOf(f.version)
	if err := throughLeader(ctx, f.target, func(ctx context.Context, c *clientv3.Client) error {
		return etcdclient.EnableDowngrade(ctx, c, minor+".0")
	}); err != nil {
		return fmt.Errorf("downgrade to %s: %w", minor, err)
	}
	_, err := askUntil(ctx, pollEvery, func(ctx context.Context) (chaos.Sight, error) {
		for _, m := range f.target.Members() {
			s, err := askStatus(ctx, f.target, m)
			if err != nil {
				return chaos.Sight{}, err
			}
			if version := etcdclient.StorageVersion(s); minorOf(version) != minor {
				return chaos.Sight{}, fmt.Errorf("the data of %s is of version %s still, not of %s", m, version, minor)
			}
		}
		return chaos.Sight{}, nil
	})
	return err
}

// minorOf is 3.6 of 3.6.9.
func minorOf(version string) string {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	return major + "." + minor
}
