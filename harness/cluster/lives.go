package cluster

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"aftershock/internal/clock"
	"aftershock/internal/process"
)

// Crash kills a member with SIGKILL and returns when its process is gone. It does not wait for anything that could
// last, so there is nothing for a context to interrupt: a member that is dead must be known to be. One that is dead
// already is refused: the fault that killed it has to start it again.
func (c *Processes) Crash(_ context.Context, member string) (clock.Nanos, error) {
	p, watched, err := c.expectEnd(member)
	if err != nil {
		return 0, fmt.Errorf("crash: %w", err)
	}
	select {
	case <-watched:
		return 0, fmt.Errorf("crash: member %s does not run", member)
	default:
	}
	return kill(p, watched), nil
}

// kill returns when the process is gone.
func kill(p *process.Process, watched <-chan struct{}) clock.Nanos {
	p.Kill()
	at := clock.Now()
	<-watched
	return at
}

// Stop lets a member end as SIGTERM lets etcd: it stops serving clients, for which it waits up to the request time-out
// (5 s and two election time-outs) while requests are pending, hands leadership over, and exits (embed/etcd.go, Close).
// That takes about a second. One that has not ended when the context does is killed, and that is an error.
func (c *Processes) Stop(ctx context.Context, member string) (clock.Nanos, error) {
	p, watched, err := c.expectEnd(member)
	if err != nil {
		return 0, fmt.Errorf("stop: %w", err)
	}
	select {
	case <-watched:
		return 0, fmt.Errorf("stop: member %s does not run", member)
	default:
	}
	unheard := c.askToEnd(member, p)
	select {
	case <-p.Done():
	case <-ctx.Done():
		p.Kill()
		<-watched
		return 0, fmt.Errorf("stop: member %s did not end and was killed: %w", member, errors.Join(context.Cause(ctx), unheard))
	}
	at := clock.Now()
	<-watched
	if exit, err := p.Exit(); !exit.OK() && exit.Signal != syscall.SIGTERM || err != nil {
		return 0, fmt.Errorf("stop: member %s did not end gracefully: %w", member,
			errors.Join(errors.New(exit.String()), err, unheard))
	}
	return at, nil
}

// askToEnd asks a member's process to end. Our own would take a signal too; but its parent may be stopped by the same
// one. Another etcd ends by the signal that it was asked by (osutil.HandleInterrupts in pkg/v3).
func (c *Processes) askToEnd(member string, p *process.Process) error {
	c.mu.Lock()
	program := c.members[member].config.Server.Program
	c.mu.Unlock()
	if program != nil {
		return p.Signal(syscall.SIGTERM)
	}
	return p.Send(memberCommand{Stop: true})
}

// expectEnd records that a member's end was asked for.
func (c *Processes) expectEnd(member string) (*process.Process, <-chan struct{}, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, err := c.child(member)
	if err != nil {
		return nil, nil, err
	}
	if m.process == nil {
		return nil, nil, fmt.Errorf("member %s was never started", member)
	}
	m.expected = true
	return m.process, m.watched, nil
}

// Restart starts a member again from its data folder, and waits until it serves. It does not leave a member running
// that does not serve.
func (c *Processes) Restart(ctx context.Context, member string) error {
	if err := c.launch(ctx, member); err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	return nil
}

// Pause stops a member's process with SIGSTOP: once it returns, the member keeps its connections and answers no
// request. Resume lets it go on.
func (c *Processes) Pause(member string) error {
	p, err := c.pausing(member, true)
	if err != nil {
		return fmt.Errorf("pause: %w", err)
	}
	return p.Suspend()
}

// Resume lets a paused member go on.
func (c *Processes) Resume(member string) error {
	p, err := c.pausing(member, false)
	if err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	return p.Signal(syscall.SIGCONT)
}

// pausing records that a member is paused, or goes on, and gives the process to which that is to be done.
func (c *Processes) pausing(member string, paused bool) (*process.Process, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, err := c.child(member)
	switch {
	case err != nil:
		return nil, err
	case !m.running():
		return nil, fmt.Errorf("member %s does not run", member)
	case paused && m.paused:
		return nil, fmt.Errorf("member %s is suspended already", member)
	}
	m.paused = paused
	return m.process, nil
}

// works tells whether a member has a process that is not suspended.
func (c *Processes) works(member string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, err := c.child(member)
	return err == nil && m.running() && !m.paused
}
