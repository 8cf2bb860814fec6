package summary

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"aftershock/results"
)

// Bucket is a digest of what two runs must have in common for their figures to be compared from night to night: the
// environment's fingerprint, the runtime, the load, and all of the scenario that changes a trial. What is compared is
// left out, as are seed and plan. It is 12 hexadecimal digits.
func Bucket(run results.Run) string {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%q\n%q\n", fmt.Sprintf("%#v", FingerprintOf(run.Environment)), run.Cluster)
	if run.Load != nil {
		fmt.Fprintf(&text, "%q %d\n", run.Load.Setting, run.Load.Value)
	}
	if run.Pinning != nil {
		fmt.Fprintf(&text, "%q %q\n", run.Pinning.Worker, run.Pinning.Others)
	}
	values := leaves(run.Scenario)
	for name := range values {
		if strings.HasPrefix(name, "target.arms.built.") || strings.HasPrefix(name, "target.arms.repository") ||
			name == "target.after.built" {
			delete(values, name) // what the candidate was built of is what is compared
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&text, "%q %q\n", name, values[name])
	}
	sum := sha256.Sum256(text.Bytes())
	return hex.EncodeToString(sum[:])[:12]
}
