package cluster

import (
	"cmp"
	"os"
	"path/filepath"

	"aftershock/chaos"
	"aftershock/internal/process"
)

// MemberRole is the role of a child process that is one etcd member.
const MemberRole = "member"

// memberConfig is the configuration of a member, in a child process or in this one.
type memberConfig struct {
	Name           string    `json:"name"`
	Dir            string    `json:"dir"`
	Log            string    `json:"log"`
	ClientURL      string    `json:"client_url"`
	MetricsURL     string    `json:"metrics_url"`     // where its metrics are without TLS; or empty
	PeerURL        string    `json:"peer_url"`        // where it listens
	PeerAdvertised string    `json:"peer_advertised"` // how the others call it
	InitialCluster string    `json:"initial_cluster"`
	Existing       bool      `json:"existing,omitempty"` // joins a cluster that runs already
	Token          string    `json:"token"`
	Server         Server    `json:"server"`
	Quota          int64     `json:"quota"` // bytes; 0 is etcd's own
	Gateway        bool      `json:"gateway,omitempty"`
	TLS            *TLSFiles `json:"tls,omitempty"`
}

// memberReport is a line from a member to its parent: one of the four.
type memberReport struct {
	Observation  *chaos.Observation `json:"observation,omitempty"`
	ServingPeers bool               `json:"serving_peers,omitempty"`
	Setup        *process.Setup     `json:"setup,omitempty"`
	Failed       string             `json:"failed,omitempty"`
}

// endpoint is where the member is reached.
func (m memberConfig) endpoint() Endpoint {
	return Endpoint{Member: m.Name, ClientURL: m.ClientURL, MetricsURL: cmp.Or(m.MetricsURL, m.ClientURL) + "/metrics"}
}

// memberCommand is a line from the parent to a member.
type memberCommand struct {
	Stop bool `json:"stop,omitempty"` // end gracefully
}

// openLog opens the member's log, to which a restart adds.
func (m memberConfig) openLog() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(m.Log), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(m.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}
