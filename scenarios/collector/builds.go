package collector

import (
	"cmp"
	"encoding/json"
	"fmt"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/ops"
	arms "aftershock/scenarios/build"
)

// Builds are two builds of the collector, which a scenario compares: with other versions of a module, such as etcd's
// client, or with another Go toolchain. They are the scenario's target, and so a part of run.json.
type Builds struct {
	Compared *Comparison `json:"collector"`
	Arms     *arms.Arms  `json:"arms"`
}

// Comparison is by what two builds are judged.
type Comparison struct {
	Fix      string         `json:"fix"`      // the name under which the builds are compared
	Scenario string         `json:"scenario"` // the scenario's name
	Says     string         `json:"says"`     // what is asked, in one sentence
	Primary  results.Metric `json:"primary"`
	// Defect is the fix whose before both builds have; empty for a collector in which everything is repaired.
	Defect string `json:"defect,omitempty"`
}

// BuildCommand builds the worker of an arm from a checkout of this repository.
var BuildCommand = []string{
	"env", "CGO_ENABLED=0", "go", "build", "-trimpath", "-tags", "withoutserver",
	"-o", arms.Out + "/" + harness.WorkerFile, "./cmd/worker",
}

// Target is the comparison as a scenario's target.
func (b Builds) Target() json.RawMessage {
	text, _ := json.Marshal(b) // of strings and numbers alone
	return text
}

// BuildsOf are the builds that a scenario's target compares; nil for another target, and for none.
func BuildsOf(raw json.RawMessage) (*Builds, error) {
	var b Builds
	if raw == nil {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	if b.Compared == nil || b.Arms == nil {
		return nil, nil
	}
	return &b, nil
}

// Guards are the figures that neither build may make worse. Those of a trigger are there only where the builds are
// judged by more than the calm.
func (b Builds) Guards() (all []results.Metric) {
	guards := Guards
	if b.Compared.Primary.Phase == results.Steady {
		guards = SteadyGuards
	}
	for _, m := range guards {
		if m != b.Compared.Primary {
			all = append(all, m)
		}
	}
	return all
}

// Built is the collector with the given seams, whose worker is the build of that digest; empty while there is none.
func Built(seams Seams, digest string, counters ...ops.Counter) harness.Workload {
	return built{New(seams, counters...), digest}
}

type built struct {
	harness.Workload
	digest string
}

func (b built) Describe() harness.Description {
	d := b.Workload.Describe()
	d.Worker = cmp.Or(b.digest, harness.NotBuilt)
	return d
}
