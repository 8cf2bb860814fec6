package cluster

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/process"

	"go.etcd.io/etcd/server/v3/embed"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
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

// embed translates to etcd's own configuration.
func (m memberConfig) embed(observe func(chaos.Observation), serving func()) (*embed.Config, error) {
	names, err := raftIDs(m.InitialCluster, m.Token)
	if err != nil {
		return nil, err
	}
	cfg := embed.NewConfig()
	m.limit(cfg)
	logger, err := m.logger(&raftSpy{
		member: m.Name, names: names, observe: observe, serving: serving, catchUp: cfg.SnapshotCatchUpEntries,
	})
	if err != nil {
		return nil, err
	}
	cfg.Name = m.Name
	cfg.Dir = m.Dir
	for _, u := range []struct {
		into *[]url.URL
		text string
	}{
		{&cfg.ListenClientUrls, m.ClientURL}, {&cfg.AdvertiseClientUrls, m.ClientURL},
		{&cfg.ListenPeerUrls, m.PeerURL}, {&cfg.AdvertisePeerUrls, m.PeerAdvertised},
		{&cfg.ListenMetricsUrls, m.MetricsURL},
	} {
		if u.text == "" {
			continue
		}
		parsed, err := url.Parse(u.text)
		if err != nil {
			return nil, err
		}
		*u.into = []url.URL{*parsed}
	}
	cfg.InitialCluster = m.InitialCluster
	cfg.InitialClusterToken = m.Token
	cfg.ClusterState = embed.ClusterStateFlagNew
	if m.Existing {
		cfg.ClusterState = embed.ClusterStateFlagExisting
	}
	// By default a change of the membership is refused for 5 s after any member was last disconnected. An operator
	// waits; a plan's event has its time, and is checked against the cluster's size beforehand.
	cfg.StrictReconfigCheck = false
	cfg.TickMs = uint(m.Server.Heartbeat.Milliseconds())
	cfg.ElectionMs = uint(m.Server.Election.Milliseconds())
	if err := m.Server.apply(cfg); err != nil {
		return nil, err
	}
	if m.TLS != nil {
		cfg.ClientTLSInfo, cfg.PeerTLSInfo = m.TLS.info(), m.TLS.info()
	}
	cfg.EnableGRPCGateway = m.Gateway
	cfg.LogLevel = "info" // raft speaks of its leader at this level
	cfg.ZapLoggerBuilder = embed.NewZapLoggerBuilder(logger)
	return cfg, nil
}

// limit sets how much of data and log is kept, where the cluster's shape says so. Both counts are the same: a log that
// kept more entries behind a snapshot than lie between two would not get shorter as intended.
func (m memberConfig) limit(cfg *embed.Config) {
	if m.Quota != 0 {
		cfg.QuotaBackendBytes = m.Quota
	}
	if count := m.Server.SnapshotCount; count != 0 {
		cfg.SnapshotCount, cfg.SnapshotCatchUpEntries = uint64(count), uint64(count)
	}
}

// logger writes JSON lines with microseconds to the member's log, and lets the spy hear them too.
func (m memberConfig) logger(spy *raftSpy) (*zap.Logger, error) {
	if m.Log == "" {
		return zap.New(spy), nil
	}
	file, err := m.openLog()
	if err != nil {
		return nil, err
	}
	encoding := zap.NewProductionEncoderConfig()
	encoding.EncodeTime = zapcore.TimeEncoderOfLayout("2006-01-02T15:04:05.000000Z07:00")
	lines := zapcore.NewCore(zapcore.NewJSONEncoder(encoding), zapcore.Lock(file), zap.InfoLevel)
	return zap.New(zapcore.NewTee(lines, spy)), nil
}

// openLog opens the member's log, to which a restart adds.
func (m memberConfig) openLog() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(m.Log), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(m.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}

// Member is the main of a member child: it runs etcd until its parent says stop, is gone, or kills it.
func Member() int {
	child := process.Connect()
	resolvePeers()
	var config memberConfig
	if ok, err := child.Receive(&config); !ok || err != nil {
		fmt.Fprintln(os.Stderr, "member: no configuration:", err)
		return 2
	}
	if err := serve(child, config); err != nil {
		_ = child.Report(memberReport{Failed: err.Error()}) // the parent may be gone; the log has it as well
		fmt.Fprintln(os.Stderr, "member:", err)
		return 1
	}
	return 0
}

func serve(child *process.Child, config memberConfig) error {
	report := func(o chaos.Observation) { _ = child.Report(memberReport{Observation: &o}) } // as above
	cfg, err := config.embed(report, func() { _ = child.Report(memberReport{ServingPeers: true}) })
	if err != nil {
		return err
	}
	etcd, err := embed.StartEtcd(cfg)
	if err != nil {
		return err
	}
	defer etcd.Close()
	select {
	case <-etcd.Server.ReadyNotify():
	case err := <-etcd.Err():
		return err
	}
	started := clock.Now()
	setup := process.Own()
	_ = child.Report(memberReport{Setup: &setup}) // before it counts as started, so that the boot has heard it
	report(chaos.Observation{At: started, Member: config.Name, Kind: chaos.Started})
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		for {
			var command memberCommand
			if more, _ := child.Receive(&command); !more || command.Stop {
				return
			}
		}
	}()
	select {
	case err := <-etcd.Err():
		return err
	case <-etcd.Server.StopNotify():
		return fmt.Errorf("member %s stopped by itself", config.Name)
	case <-asked:
		return nil
	}
}
