package precheck

import "context"

// Check asks a context once every so many keys. It serves one goroutine.
type Check struct {
	ctx   context.Context
	every int
	left  int // keys until it asks
	err   error
}

// Every makes a check that asks with its first key, and then with every nth. Less than 1 is taken for 1.
//
// A larger n makes a loop cheaper and later to notice: it goes on for up to n-1 keys. At 64 the asking is lost in what the
// keys cost, and what is done in vain takes a few microseconds.
func Every(ctx context.Context, n int) *Check { return &Check{ctx: ctx, every: max(n, 1), left: 1} }

// Err is to be called with each key, before it is put in: it tells why not to go on, as the function [Err] does, and nil
// while nothing is known. A context that is done stays done, so it is not asked again.
func (c *Check) Err() error {
	if c.left--; c.left > 0 { // short enough to be inlined, so that a key costs a decrement
		return nil
	}
	return c.ask()
}

func (c *Check) ask() error {
	if c.err == nil {
		c.err = Err(c.ctx)
	}
	if c.left = 1; c.err == nil {
		c.left = c.every
	}
	return c.err
}
