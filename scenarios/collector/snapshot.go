package collector

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/cespare/xxhash/v2"
)

// A snapshot is what the publisher writes to etcd: the number of series (u32), then for each the xxHash64 of its key
// and the bits of its value (u64 each), all big endian. Sixteen bytes a series keep 8000 of them far below etcd's limit
// of
// 1.5 MiB a request.
const snapshotEntry = 16

// AppendSnapshot appends a batch's snapshot.
func AppendSnapshot(to []byte, values map[string]any) ([]byte, error) {
	to = binary.BigEndian.AppendUint32(to, uint32(len(values)))
	for key, value := range values {
		number, ok := value.(float64)
		if !ok {
			return nil, fmt.Errorf("series %s is a %T, not a float64", key, value)
		}
		to = binary.BigEndian.AppendUint64(to, xxhash.Sum64String(key))
		to = binary.BigEndian.AppendUint64(to, math.Float64bits(number))
	}
	return to, nil
}
