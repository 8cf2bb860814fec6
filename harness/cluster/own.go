//go:build !withoutserver

package cluster

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"slices"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/process"

	"go.etcd.io/etcd/client/pkg/v3/types"
	"go.etcd.io/etcd/pkg/v3/featuregate"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/membership"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

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

// apply sets a member.
func (s Server) apply(cfg *embed.Config) error {
	cfg.BackendBatchLimit = cmp.Or(s.BatchLimit, cfg.BackendBatchLimit)
	cfg.BackendBatchInterval = cmp.Or(s.BatchInterval, cfg.BackendBatchInterval)
	cfg.UnsafeNoFsync = s.NoFsync
	if len(s.Features) == 0 {
		return nil
	}
	return cfg.ServerFeatureGate.(featuregate.MutableFeatureGate).Set(s.gates())
}

// FeatureGates lists the feature gates of this program's etcd.
func FeatureGates() []string {
	gates := embed.NewConfig().ServerFeatureGate.(featuregate.MutableFeatureGate).GetAll()
	var names []string
	for name := range gates {
		if name := string(name); name != "AllAlpha" && name != "AllBeta" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// raftIDs computes every member's raft id as etcd will: from its advertised peer URLs and the cluster token.
func raftIDs(initialCluster, token string) (map[uint64]string, error) {
	urls, err := types.NewURLsMap(initialCluster)
	if err != nil {
		return nil, err
	}
	shape, err := membership.NewClusterFromURLsMap(zap.NewNop(), token, urls)
	if err != nil {
		return nil, err
	}
	names := map[uint64]string{}
	for _, m := range shape.Members() {
		names[uint64(m.ID)] = m.Name
	}
	return names, nil
}
