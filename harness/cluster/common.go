package cluster

import (
	"context"
	"strconv"

	"aftershock/chaos"
	"aftershock/chaos/network"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// common is what the runtimes have in common: who leads, the links of clients, and an administrator's connections.
type common struct {
	*journal
	*pins
	chaos.Incapable
	control *control
}

// Write commits a write through the leader, once there is one, and reads it back.
func (c *common) Write(ctx context.Context) error {
	leader, err := c.awaitLeader(ctx, anyLeader)
	if err != nil {
		return err
	}
	return c.control.write(ctx, leader.Member)
}

// ClientLink is the link of a client to the member that it is pinned to.
func (c *common) ClientLink(client string) (*network.ClientLink, error) {
	return c.pins.ClientLink(client)
}

// Admin gives a client that talks to one member, past all links.
func (c *common) Admin(member string) (*clientv3.Client, error) { return c.control.Admin(member) }

// Transfer asks the present leader to hand over.
func (c *common) Transfer(ctx context.Context, to string) error {
	return c.control.transfer(ctx, c.Leader, to)
}

// nameIn is the member with a raft id, or the id of one that names lacks.
func nameIn(names map[uint64]string, id uint64) string {
	if name, ok := names[id]; ok {
		return name
	}
	return strconv.FormatUint(id, 16)
}
