package chaos

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftershock/internal/clock"
)

// roleTime bounds how long an injection waits for its target to come to lead, or to follow. After a transfer of
// leadership a busy machine takes a moment for that, and longer than the plan's events are apart.
const roleTime = 2 * time.Second

// roleInterval is how often an injection is tried until then.
const roleInterval = 5 * time.Millisecond

// inject starts the harm, as soon as the target is in the role that the fault needs. It gives when it began to start
// it, and for how long it had waited by then.
func (p *player) inject(ctx context.Context) (injected clock.Nanos, waited time.Duration, err error) {
	injected = clock.Now()
	for first := injected; ; injected = clock.Now() {
		err = p.injectOnce(ctx)
		waited = injected.Sub(first)
		if err == nil || !inAnotherRole(err) {
			return injected, waited, err
		}
		if tried := clock.Now().Sub(first); tried >= roleTime { // an attempt may itself have taken long
			return injected, waited, fmt.Errorf("%w, nor %v later", err, tried.Round(time.Millisecond))
		}
		if ended := clock.SleepUntil(ctx, clock.Now().Add(roleInterval)); ended != nil {
			return injected, waited, fmt.Errorf("%w: %w", err, ended)
		}
	}
}

// inAnotherRole tells whether a fault was not injected, and left nothing behind, for its target's role at that moment.
func inAnotherRole(err error) bool {
	_, role := errors.AsType[RoleError](err)
	return (role || errors.Is(err, ErrNoLeader)) && !errors.Is(err, ErrUnhealed)
}

// injectOnce tries to start the harm. What a fault that panics has done by then is not known, and cannot be
// undone.
func (p *player) injectOnce(ctx context.Context) error {
	panicked := true
	err := Guarded(func() (err error) {
		p.ongoing, err = p.fault.Inject(ctx, p.target, p.event)
		panicked = false
		return err
	})
	if panicked {
		return errors.Join(err, ErrUnhealed)
	}
	return err
}
