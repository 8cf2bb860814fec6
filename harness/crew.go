package harness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
)

// joins is what a worker knows that drives the service of another worker.
type joins struct {
	K  int    `json:"k"`  // its number among the workers; the one that started the service has 0
	At string `json:"at"` // what Shared.At returned
}

// number is a worker's among those that drive one service.
func (j *joins) number() int {
	if j == nil {
		return 0
	}
	return j.K
}

// enter starts the service, or joins the worker that has started it.
func (c workerConfig) enter(ctx context.Context, workload Workload, given Env) (Service, error) {
	if c.Joins != nil {
		return workload.(Shared).Join(ctx, given, c.Joins.At) // checked before the run
	}
	service, err := workload.Start(ctx, given)
	if err != nil && !workload.Describe().Apart { // else it says who
		err = fmt.Errorf("start the workload: %w", err)
	}
	return service, err
}

// crew are the workers that the first one has started to drive its service with it. They are children of its own, so
// that all of them are one worker to the orchestrator: when one of them is lost, that worker has crashed.
type crew struct {
	workers []*workerProcess
	ending  sync.WaitGroup // those that are watched
}

// startOthers starts all workers but the first, and waits until they could be driven. What was started is returned with
// an error, too.
func (c workerConfig) startOthers(ctx context.Context, workload Workload, service Service) (*crew, error) {
	others, workers := &crew{}, workload.Describe().Workers
	if c.Joins != nil || workers < 2 {
		return others, nil
	}
	at := workload.(Shared).At(service)
	c.Capacity, c.Evidence, c.Watched = nil, nil, load.Window{} // the first one's alone
	for k := 1; k < workers; k++ {
		c.Joins = &joins{K: k, At: at}
		log := filepath.Join(c.Log, fmt.Sprintf("worker-%d.log", k+1))
		w, err := startWorker("", c, nil, log, func(workerSignal) {})
		if err != nil {
			return others, blame(k, err)
		}
		others.workers = append(others.workers, w)
	}
	for i, w := range others.workers {
		if err := w.awaitReady(ctx, 0); err != nil {
			return others, blame(i+1, err)
		}
	}
	return others, nil
}

// blame says which worker an error is of: the first is worker 1.
func blame(k int, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("worker %d: %w", k+1, err)
}

// watch calls lost, once, when a worker ends before it is through and before the context does. What it calls ends the
// others.
func (c *crew) watch(ctx context.Context, lost func(how error)) {
	var once sync.Once
	for i, w := range c.workers {
		c.ending.Go(func() {
			<-w.Done()
			if w.through || ctx.Err() != nil {
				return
			}
			exit, err := w.Exit()
			once.Do(func() {
				lost(blame(i+1, errors.Join(fmt.Errorf("ended before it was through (%v)", exit), w.failure, err)))
			})
		})
	}
}

func (c *crew) start(epoch clock.Nanos) error {
	var errs []error
	for i, w := range c.workers {
		errs = append(errs, blame(i+1, w.start(epoch)))
	}
	return errors.Join(errs...)
}

// tellEnd tells all to end.
func (c *crew) tellEnd() {
	for _, w := range c.workers {
		w.CloseStdin()
	}
}

// await waits until all that are watched have ended.
func (c *crew) await() { c.ending.Wait() }

// farewellOfCrew is how long the others may take to end: the orchestrator gives the first three seconds for all.
const farewellOfCrew = time.Second

// stop ends those that have not ended.
func (c *crew) stop() error {
	c.tellEnd()
	ctx, cancel := context.WithTimeout(context.Background(), farewellOfCrew)
	defer cancel()
	var errs []error
	for i, w := range c.workers {
		select {
		case <-w.Done():
		case <-ctx.Done():
			w.Kill()
		}
		_, err := w.Exit()
		errs = append(errs, blame(i+1, errors.Join(err, w.log.Close())))
	}
	c.await()
	return errors.Join(errs...)
}

// addTo adds what the others say of themselves. Of how late they were it keeps the latest's: quantiles of several
// cannot be merged, and how late each operation began is in its slot.
func (c *crew) addTo(done *workerDone) {
	g := &done.Generator
	for _, w := range c.workers {
		other := w.finished
		g.LatenessP50 = max(g.LatenessP50, other.Generator.LatenessP50)
		g.LatenessP99 = max(g.LatenessP99, other.Generator.LatenessP99)
		g.LatenessMax = max(g.LatenessMax, other.Generator.LatenessMax)
		done.GeneratorCPU += other.GeneratorCPU
		done.GCs += other.GCs
		done.GCPause += other.GCPause
	}
}
