package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"aftershock/chaos"
)

// External is a cluster that is already running, attached to through endpoints on this machine, or allowed ones.
//
// No process of it is started, signalled or stopped, and no history is compacted. Faults can use only its API and the
// links between our own clients and its members. All keys of ours lie below chaos.Prefix and under leases of a Claim,
// which Close revokes.
//
// The logs of external members cannot be read, so who leads has to be asked: every PollInterval each member is asked
// for its status. That clock is coarser than raft's own log, which the other runtimes use. Moments are late by up to an
// interval and an answer, and leaderless windows shorter than an interval are not seen at all. A transfer of leadership
// leaves windows of a few milliseconds, of which most are missed.
type External struct {
	common
	found Survey
	files *TLSFiles         // nil for http
	names map[uint64]string // raft id -> member
	claim *Claim
	alone bool // the claim is this attachment's own

	stop  context.CancelFunc
	polls sync.WaitGroup
	once  sync.Once
	ended error // what Close came to
}

var _ Cluster = (*External)(nil)

// AttachExternal surveys an external cluster, as SurveyExternal does, claims it unless the configuration has a claim,
// and returns when the cluster answers a linearizable write. Tick and election are the cluster's own, and not looked
// at.
func AttachExternal(ctx context.Context, config Config) (_ *External, err error) {
	ctx, cancel := context.WithTimeout(ctx, 4*askPatience)
	defer cancel()
	claim := claimOf(config)
	if claim != nil {
		if err := claim.begin(ctx); err != nil {
			return nil, err
		}
	}
	found, connected, err := survey(ctx, config)
	if err != nil {
		return nil, err
	}
	polling, stop := context.WithCancel(context.Background())
	x := &External{
		common: common{journal: newJournal(found.Names()), pins: newPins(found.endpoints()), control: connected},
		stop:   stop, claim: claim, alone: claim == nil,
		found: found, names: map[uint64]string{}, files: config.External.files(),
	}
	x.Incapable = chaos.Incapable{Because: x.Able}
	x.allowed = config.External.reaches
	for _, m := range found.Members {
		x.names[m.id] = m.Member
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.Close())
		}
	}()
	if err := x.take(ctx, config); err != nil {
		return nil, err
	}
	for _, name := range x.Members() {
		p := poller{member: name, control: x.control, name: x.nameOf, add: x.add}
		x.polls.Go(func() { p.poll(polling) })
	}
	return x, x.Write(ctx)
}

func claimOf(config Config) *Claim {
	if config.External == nil {
		return nil
	}
	return config.External.Claim
}

// take puts all keys that are written from here on under a lease.
func (x *External) take(ctx context.Context, config Config) (err error) {
	if x.alone {
		if x.claim, err = ClaimExternal(ctx, *config.External); err == nil {
			err = x.claim.begin(ctx)
		}
		if err != nil {
			return err
		}
	}
	x.control.lease.Store(x.claim.Lease())
	return nil
}

// nameOf is the member with that raft id, or the id for one that was not there when the cluster was surveyed.
func (x *External) nameOf(id uint64) string { return nameIn(x.names, id) }

// Members lists the names that the members have in the external cluster.
func (x *External) Members() []string { return x.found.Names() }

// Endpoints lists the members' endpoints.
func (x *External) Endpoints() []Endpoint { return x.found.endpoints() }

// Setups is empty: we do not know how the external processes are set up.
func (x *External) Setups() []Setup { return nil }

// Able tells what an external cluster offers by its API, and what can be done to our own links to it.
func (x *External) Able(a chaos.Ability) error {
	switch a {
	case chaos.CanTransfer, chaos.CanAdminister, chaos.CanCutClients:
		return nil
	case chaos.CanFill:
		return errors.New("an external cluster is not filled up to its quota: it would refuse the writes of all " +
			"its clients, and be healed by compacting its history and defragmenting its members (use --cluster " +
			"processes)")
	default:
		return fmt.Errorf("members of an external cluster cannot: %s (their API does not offer it; use --cluster "+
			"processes)", a)
	}
}

// ClientTLS names the files with which a pinned client authenticates itself; nil for http. The member's certificate
// is for its endpoint, which is not the address of the link that the client dials.
func (x *External) ClientTLS(client string) *TLSFiles {
	member, ok := x.Pinned(client)
	if x.files == nil || !ok {
		return nil
	}
	files := *x.files
	files.ServerName, _, _ = net.SplitHostPort(x.targets[member]) // an endpoint was read as host and port before
	if name, ok := x.control.names[x.targets[member]]; ok {
		files.ServerName = name
	}
	return &files
}

// Deaths never delivers: a member that does not answer may be alive.
func (x *External) Deaths() <-chan error { return nil }

// CPU is 0: the members' processes are not ours.
func (x *External) CPU() time.Duration { return 0 }

// Close ends our links and requests, and removes our keys. The error says which member does not answer any more, and
// whether keys of ours are left.
func (x *External) Close() error {
	x.once.Do(func() {
		x.closeLinks()
		x.stop()
		x.polls.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), 2*askPatience)
		defer cancel()
		var errs []error
		if x.claim != nil {
			errs = append(errs, x.checkAlive(ctx), x.claim.end(ctx))
		}
		if x.claim != nil && x.alone {
			errs = append(errs, x.claim.Close())
		}
		x.ended = errors.Join(append(errs, x.control.close())...)
	})
	return x.ended
}

// checkAlive asks every member once more: if one is gone, the cluster is not the one that was measured.
func (x *External) checkAlive(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	var errs []error
	for _, m := range x.found.Members {
		client, err := x.control.client(m.Member)
		if err == nil {
			_, err = statusOf(ctx, client)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("member %s at %s does not answer any more: %w", m.Member, m.ClientURL, err))
		}
	}
	return errors.Join(errs...)
}
