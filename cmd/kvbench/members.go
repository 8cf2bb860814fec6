package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"aftershock/harness/cluster"
)

// members are a cluster that etcd's benchmark drives, of the kind that a run has.
type members struct {
	cluster *cluster.Processes
	data    string
}

// boot starts three members, with their data in memory where that is possible.
func boot(ctx context.Context) (_ members, err error) {
	shm := "/dev/shm"
	if _, err := os.Stat(shm); err != nil {
		shm = ""
	}
	data, err := os.MkdirTemp(shm, "kvbench-")
	if err != nil {
		return members{}, err
	}
	c, err := cluster.StartProcesses(ctx, cluster.Config{
		Members: 3, Tick: 100 * time.Millisecond, Election: time.Second, DataRoot: data,
	})
	if err != nil {
		return members{}, errors.Join(err, os.RemoveAll(data))
	}
	return members{c, data}, nil
}

func (m members) close() error { return errors.Join(m.cluster.Close(), os.RemoveAll(m.data)) }

// endpoints are the members' addresses, with commas between.
func (m members) endpoints() string {
	var all []string
	for _, e := range m.cluster.Endpoints() {
		all = append(all, e.ClientURL)
	}
	return strings.Join(all, ",")
}

// links pins a client to each member, and gives the addresses of their links.
func (m members) links() (string, error) {
	var all []string
	for _, member := range m.cluster.Members() {
		address, err := m.cluster.Pin("of-"+member, member)
		if err != nil {
			return "", err
		}
		all = append(all, address)
	}
	return strings.Join(all, ","), nil
}

// write writes a key, with a value of the size that all have.
func (m members) write(ctx context.Context, key string) error {
	client, err := m.cluster.Admin(m.cluster.Members()[0])
	if err != nil {
		return err
	}
	_, err = client.Put(ctx, key, strings.Repeat("v", valueSize))
	return err
}
