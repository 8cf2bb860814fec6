//go:build !withoutserver

package cluster

import (
	"context"
	"fmt"
	"maps"

	"aftershock/chaos"

	"go.etcd.io/etcd/etcdutl/v3/snapshot"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
)

// Restore kills every member, gives each a data folder made from the snapshot file, as etcdutl snapshot restore does,
// and starts them again. It returns when all serve.
//
// The members keep their names, addresses and token, and so the cluster its id; revisions and terms go back. A file
// that is no snapshot is refused before any harm is done. An error after that leaves members that do not run.
func (c *Processes) Restore(ctx context.Context, file string) error {
	if err := c.Able(chaos.CanRestore); err != nil {
		return err
	}
	c.reshaping.Lock()
	defer c.reshaping.Unlock()
	names := c.Members()
	for _, name := range names {
		if !c.votes(name) {
			return fmt.Errorf("restore: %s is a learner, which would come back as a voter", name)
		}
	}
	if _, err := snapshot.NewV3(zap.NewNop()).Status(file); err != nil {
		return fmt.Errorf("restore: snapshot %s: %w", file, err)
	}
	if err := c.crashAll(names); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	ids, err := c.reform(names)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, name := range names {
		if err := c.remake(name, file); err != nil {
			return fmt.Errorf("restore: member %s: %w", name, err)
		}
	}
	c.mu.Lock()
	maps.Copy(c.ids, ids)
	c.mu.Unlock()
	if err := c.launchAll(ctx, names); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

// crashAll kills members at one moment, as a power cut does. Some may be dead already.
func (c *Processes) crashAll(names []string) error {
	var group errgroup.Group
	for _, name := range names {
		group.Go(func() error {
			p, watched, err := c.expectEnd(name)
			if err == nil {
				kill(p, watched)
			}
			return err
		})
	}
	return group.Wait()
}

// reform makes the present members the initial ones, as they are in the folders to be made: one that was added since
// the boot gets the id that it would have had then.
func (c *Processes) reform(names []string) (map[uint64]string, error) {
	initial := c.initialCluster(names)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		m := c.members[name]
		m.config.InitialCluster, m.config.Existing = initial, false
		if err := c.peers.SetAddress(name, ""); err != nil {
			return nil, err
		}
	}
	return raftIDs(initial, token)
}

// remake makes a member's data folder anew, its log and backend where they were.
func (c *Processes) remake(name, file string) error {
	if err := c.wipe(name); err != nil {
		return err
	}
	c.mu.Lock()
	m := c.members[name].config
	c.mu.Unlock()
	return snapshot.NewV3(zap.NewNop()).Restore(snapshot.RestoreConfig{
		SnapshotPath: file, Name: m.Name, OutputDataDir: m.Dir, PeerURLs: []string{m.PeerAdvertised},
		InitialCluster: m.InitialCluster, InitialClusterToken: m.Token,
	})
}
