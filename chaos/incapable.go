package chaos

import (
	"context"

	"aftershock/chaos/network"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Incapable refuses every ability of a Target. A runtime embeds it and overrides what it can do. All other abilities
// return an error that says why.
type Incapable struct {
	// Because returns the reason why an ability is missing, as Target.Able does.
	Because func(Ability) error
}

// Crash is refused.
func (i Incapable) Crash(context.Context, string) (clock.Nanos, error) {
	return 0, i.Because(CanCrash)
}

// Stop is refused.
func (i Incapable) Stop(context.Context, string) (clock.Nanos, error) { return 0, i.Because(CanStop) }

// Restart is refused.
func (i Incapable) Restart(context.Context, string) error { return i.Because(CanCrash) }

// Pause is refused.
func (i Incapable) Pause(string) error { return i.Because(CanPause) }

// Resume is refused.
func (i Incapable) Resume(string) error { return i.Because(CanPause) }

// Partition is refused.
func (i Incapable) Partition(Grudge) (func(), error) { return nil, i.Because(CanIsolate) }

// PeerLink is refused.
func (i Incapable) PeerLink(string, string) (*network.Link, error) {
	return nil, i.Because(CanShapePeers)
}

// ResetPeers is refused.
func (i Incapable) ResetPeers(string, string) (int, error) { return 0, i.Because(CanShapePeers) }

// ClientLink is refused.
func (i Incapable) ClientLink(string) (*network.ClientLink, error) {
	return nil, i.Because(CanCutClients)
}

// Transfer is refused.
func (i Incapable) Transfer(context.Context, string) error { return i.Because(CanTransfer) }

// Admin is refused.
func (i Incapable) Admin(string) (*clientv3.Client, error) { return nil, i.Because(CanAdminister) }

// Add is refused.
func (i Incapable) Add(context.Context, string, bool) error { return i.Because(CanReshape) }

// Promote is refused.
func (i Incapable) Promote(context.Context, string) error { return i.Because(CanReshape) }

// Remove is refused.
func (i Incapable) Remove(context.Context, string) error { return i.Because(CanReshape) }

// Restore is refused.
func (i Incapable) Restore(context.Context, string) error { return i.Because(CanRestore) }

// Next is refused.
func (i Incapable) Next() (string, error) { return "", i.Because(CanSwitch) }

// Switch is refused.
func (i Incapable) Switch(string) error { return i.Because(CanSwitch) }

// Reissue is refused.
func (i Incapable) Reissue(string, Life) (string, error) { return "", i.Because(CanReissue) }

// Serial is refused.
func (i Incapable) Serial(context.Context, string, Side) (string, error) {
	return "", i.Because(CanReissue)
}

// Handshake is refused.
func (i Incapable) Handshake(context.Context, string) error { return i.Because(CanReissue) }
