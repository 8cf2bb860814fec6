#!/usr/bin/env bash
# A raft member says nothing of its leader when that leader was elected again, in a later term, while the member was cut off.
#
# go.etcd.io/raft/v3 prints "elected leader" and "changed leader" when the leader's id differs from the one before (node.go). A
# member that is cut off while its leader loses and wins an election hears of the new term from that leader's first message. The
# id is the same, so neither sentence comes, and Ready carries no SoftState either. A program that follows leadership by these sentences,
# or by SoftState, believes that the member follows in the old term for good. What does tell is "received a MsgHeartbeat (or
# MsgApp) message with higher term from".
#
# Seen with go.etcd.io/raft/v3 v3.7.0 on go1.26.8:
#   sentences of member 2 about its leader: ["elected leader 1 at term 2"]
#   member 2 now: leader 1, term 4; SoftStates after the cut: 0
set -euo pipefail
RAFT=v3.7.0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > go.mod <<'M'
module finding

go 1.25
M
cat > main.go <<'G'
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"
)

type sentences struct {
	mu  sync.Mutex
	all []string
}

func (s *sentences) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, rest, ok := strings.Cut(string(p), "raft.node: 2 "); ok {
		s.all = append(s.all, strings.TrimSpace(rest))
	}
	return len(p), nil
}

type member struct {
	raft.Node
	soft int
}

type network struct {
	mu      sync.Mutex
	members map[uint64]*member
	cut     uint64
	after   bool // SoftStates are counted from here on
}

func (n *network) send(m *pb.Message) {
	n.mu.Lock()
	to, ok := n.members[m.GetTo()]
	cut := n.cut != 0 && (m.GetTo() == n.cut || m.GetFrom() == n.cut)
	n.mu.Unlock()
	if ok && !cut {
		_ = to.Step(context.Background(), m)
	}
}

func main() {
	said := &sentences{}
	raft.SetLogger(&raft.DefaultLogger{Logger: log.New(io.Writer(said), "", 0)})
	net := &network{members: map[uint64]*member{}}
	peers := []raft.Peer{{ID: 1}, {ID: 2}, {ID: 3}}
	for _, p := range peers {
		store := raft.NewMemoryStorage()
		m := &member{Node: raft.StartNode(&raft.Config{
			ID: p.ID, ElectionTick: 1 << 20, HeartbeatTick: 1, Storage: store, MaxSizePerMsg: 1 << 20, MaxInflightMsgs: 16,
		}, peers)}
		net.members[p.ID] = m
		go func() {
			for rd := range m.Ready() {
				net.mu.Lock()
				if net.after && rd.SoftState != nil {
					m.soft++
				}
				net.mu.Unlock()
				if !raft.IsEmptyHardState(rd.HardState) {
					_ = store.SetHardState(rd.HardState)
				}
				_ = store.Append(rd.Entries)
				for _, e := range rd.CommittedEntries {
					if e.GetType() == pb.EntryConfChange {
						c := &pb.ConfChange{}
						if proto.Unmarshal(e.Data, c) == nil {
							m.ApplyConfChange(c)
						}
					}
				}
				for _, msg := range rd.Messages {
					go net.send(msg)
				}
				m.Advance()
			}
		}()
	}
	leads := func(id uint64, on ...uint64) {
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			all := true
			for _, m := range on {
				net.members[id].Tick() // heartbeats, once it leads
				all = all && net.members[m].Status().Lead == id
			}
			if all {
				return
			}
			if time.Now().After(deadline) {
				fmt.Println("no leader", id)
				os.Exit(1)
			}
		}
	}
	campaign := func(id uint64, on ...uint64) {
		time.Sleep(200 * time.Millisecond) // until the membership is applied everywhere
		_ = net.members[id].Campaign(context.Background())
		leads(id, on...)
	}
	campaign(1, 1, 2, 3)
	net.mu.Lock()
	net.cut, net.after = 2, true
	net.mu.Unlock()
	campaign(3, 1, 3)
	campaign(1, 1, 3)
	want := net.members[1].Status().GetTerm()
	net.mu.Lock()
	net.cut = 0
	net.mu.Unlock()
	for deadline := time.Now().Add(20 * time.Second); net.members[2].Status().GetTerm() < want && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		net.members[1].Tick()
	}
	time.Sleep(200 * time.Millisecond)
	s := net.members[2].Status()
	said.mu.Lock()
	fmt.Printf("sentences of member 2 about its leader: %q\n", said.all)
	fmt.Printf("member 2 now: leader %d, term %d; SoftStates after the cut: %d\n", s.Lead, s.GetTerm(), net.members[2].soft)
	if len(said.all) != 1 || s.Lead != 1 || s.GetTerm() != want || net.members[2].soft != 0 {
		os.Exit(1)
	}
}
G
go get "go.etcd.io/raft/v3@$RAFT" >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
echo "go.etcd.io/raft/v3 $RAFT, $(go version | cut -d' ' -f3)"
go run .
