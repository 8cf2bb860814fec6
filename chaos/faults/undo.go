package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
)

// undo undoes what a fault had done when its injection failed, and adds to the error when that fails too. It has a
// context of its own, because the injection's may be the reason of the failure.
func undo(err error, heal func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), chaos.Patience)
	defer cancel()
	if undoing := heal(ctx); undoing != nil {
		return fmt.Errorf("%w; %w: %w", err, chaos.ErrUnhealed, undoing)
	}
	return err
}
