package collector

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ReadSnapshot reads a snapshot back, by the hashes of its keys.
func ReadSnapshot(from []byte) (map[uint64]float64, error) {
	if len(from) < 4 {
		return nil, errors.New("snapshot: shorter than its count")
	}
	count, rest := int(binary.BigEndian.Uint32(from)), from[4:]
	if len(rest)%snapshotEntry != 0 || len(rest)/snapshotEntry != count {
		return nil, fmt.Errorf("snapshot: %d bytes do not hold %d series", len(rest), count)
	}
	values := make(map[uint64]float64, count)
	for ; len(rest) > 0; rest = rest[snapshotEntry:] {
		key := binary.BigEndian.Uint64(rest)
		if _, twice := values[key]; twice {
			return nil, fmt.Errorf("snapshot: series %x stands twice", key)
		}
		values[key] = math.Float64frombits(binary.BigEndian.Uint64(rest[8:]))
	}
	return values, nil
}
