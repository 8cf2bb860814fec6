package collector

import (
	"slices"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
)

// operation is what one operation of a stream does.
type operation = func(*load.Op)

// parts are what the scenario asks for besides batches and snapshots: the streams that it drives, and its settings.
func (w workload) parts(on Wire, s *service, env harness.Env) (all []part) {
	if ttl := env.Settings[RegistrySetting]; ttl > 0 {
		all = append(all, newRegistry(on, w.seams.NewRegistrar, time.Duration(ttl)*time.Second, s.remote.truth))
	}
	if followers := env.Settings[FollowersSetting]; followers > 0 {
		all = append(all, newFollowing(followers, env.Settings[DirectorySetting], w.seams.NewFollower, on, s.remote.truth))
	}
	if slices.Contains(env.Streams, RecordStream) {
		all = append(all, w.records(on, s, env.Counters))
	}
	if slices.Contains(env.Streams, LookupStream) {
		all = append(all, newLookups(w.seams.NewReader, on, s.remote.truth, s.leader))
	}
	return all
}
