package ops

import (
	"fmt"
	"slices"
)

// Role is what a stream is for the analysis, which knows no stream by its name.
type Role string

const (
	// Plain is a stream whose figures begin with its name, such as record_p99.
	Plain Role = ""
	// Primary is the stream by which a trial is judged: its figures have no prefix, such as p99. The closed loop makes
	// its operations.
	Primary Role = "primary"
	// Snapshots is a stream each of whose operations replaces what readers see. Aux is how old that is then.
	Snapshots Role = "snapshots"
)

// unstated are the names that streams of these roles had in files from before there were roles.
var unstated = map[Role]string{Primary: "batch", Snapshots: "publish"}

// Role returns the index of the stream that has a role other than Plain; ok is false where there is none.
func (h Header) Role(role Role) (index int, ok bool) {
	has := func(s Stream) bool { return s.Role == role }
	if !slices.ContainsFunc(h.Streams, func(s Stream) bool { return s.Role != Plain }) {
		has = func(s Stream) bool { return s.Name == unstated[role] }
	}
	index = slices.IndexFunc(h.Streams, has)
	return index, index >= 0
}

// checkRoles refuses a role that there is not, and one that two streams have.
func (h Header) checkRoles() error {
	seen := map[Role]string{}
	for _, s := range h.Streams {
		_, known := unstated[s.Role]
		switch other, twice := seen[s.Role]; {
		case s.Role == Plain:
		case !known:
			return fmt.Errorf("stream %q has the role %q (allowed: %s, %s, or none)", s.Name, s.Role, Primary,
				Snapshots)
		case twice:
			return fmt.Errorf("streams %q and %q both have the role %q", other, s.Name, s.Role)
		}
		seen[s.Role] = s.Name
	}
	return nil
}
