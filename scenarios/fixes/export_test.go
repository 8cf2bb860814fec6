package fixes

import (
	"slices"

	"aftershock/scenarios/collector"
)

// All are the fixes with their arms.
func All() []collector.Fix { return slices.Clone(all) }

// Register tells why a fix does not register.
func Register(f collector.Fix) error {
	_, err := register(f)
	return err
}
