#!/usr/bin/env bash
# etcd's histogram of the round trip to a peer goes on after the peer has died: with its last good value, six times as often.
#
# etcd_network_peer_round_trip_time_seconds does not observe pings. A timer for each peer and connection observes the
# smoothed round trip of the pings that were answered: 5 s after start, then every 30 s, and every 5 s once a ping has failed
# (server/etcdserver/api/rafthttp/probing_status.go). A failed ping leaves the smoothed value as it was. So a peer that is
# cut off or dead adds good values to the histogram, at six times the rate of a healthy one. A P99 over it, as on many
# dashboards, gets better when a peer dies, and a rise of its _count is what tells of the death.
#
# Seen with go.etcd.io/etcd/server/v3 v3.7.3 on go1.26.8:
#   observations of the round trip to n3 in 30 s: 4 while it was alive, 24 while it was dead
#   the slowest of the dead peer's is in the bucket up to 1.6 ms
set -euo pipefail
ETCD=v3.7.3
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
	"fmt"
	"log"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.etcd.io/etcd/server/v3/embed"
)

func free() url.URL {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	return url.URL{Scheme: "http", Host: l.Addr().String()}
}

// observed is the histogram of the round trip to a peer, of all members of this process together.
func observed(peer string) *dto.Histogram {
	families, err := prometheus.DefaultGatherer.Gather()
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "etcd_network_peer_round_trip_time_seconds" {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() == peer {
				return m.GetHistogram()
			}
		}
	}
	return &dto.Histogram{}
}

func main() {
	names := []string{"n1", "n2", "n3"}
	var peers []url.URL
	var initial []string
	for _, n := range names {
		peers = append(peers, free())
		initial = append(initial, n+"="+peers[len(peers)-1].String())
	}
	var members []*embed.Etcd
	for i, n := range names {
		c := embed.NewConfig()
		c.Name, c.Dir = n, filepath.Join(os.Args[1], n)
		c.LogLevel, c.LogOutputs = "fatal", []string{"/dev/null"}
		client := free()
		c.ListenClientUrls, c.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
		c.ListenPeerUrls, c.AdvertisePeerUrls = []url.URL{peers[i]}, []url.URL{peers[i]}
		c.InitialCluster = strings.Join(initial, ",")
		m, err := embed.StartEtcd(c)
		if err != nil {
			log.Fatal(err)
		}
		members = append(members, m)
	}
	for _, m := range members {
		<-m.Server.ReadyNotify()
	}
	n3 := members[2].Server.MemberID().String()
	time.Sleep(10 * time.Second) // past the first observation
	start := observed(n3).GetSampleCount()
	time.Sleep(30 * time.Second)
	alive := observed(n3).GetSampleCount() - start

	members[2].Close()
	time.Sleep(32 * time.Second) // past the timers that were set while it lived
	before := observed(n3)
	time.Sleep(30 * time.Second)
	after := observed(n3)
	dead := after.GetSampleCount() - before.GetSampleCount()
	slowest := "none"
	for i, b := range after.GetBucket() {
		if b.GetCumulativeCount()-before.GetBucket()[i].GetCumulativeCount() == dead {
			slowest = fmt.Sprintf("up to %.1f ms", 1000*b.GetUpperBound())
			break
		}
	}
	fmt.Printf("observations of the round trip to n3 in 30 s: %d while it was alive, %d while it was dead\n", alive, dead)
	fmt.Printf("the slowest of the dead peer's is in the bucket %s\n", slowest)
	if alive == 0 || dead < 4*alive || after.GetBucket()[6].GetCumulativeCount()-before.GetBucket()[6].GetCumulativeCount() != dead {
		fmt.Println("this has changed")
		os.Exit(1)
	}
	members[0].Close()
	members[1].Close()
}
G
go get "go.etcd.io/etcd/server/v3@$ETCD" > /dev/null 2>&1
go mod tidy > /dev/null 2>&1
echo "go.etcd.io/etcd/server/v3 $ETCD, $(go version | cut -d' ' -f3)"
go run . "$dir/data"
