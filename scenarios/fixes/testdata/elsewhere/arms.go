// Package elsewhere has two arms of which one calls what has a constant in another package.
package elsewhere

import (
	"time"

	"aftershock/harness/load"
	"aftershock/scenarios/collector"
)

type before struct{}

func newBefore() collector.Maps { return before{} }

func (before) Map(_ map[string]any, size int) map[string]any { return make(map[string]any, size) }

type after struct{}

func newAfter() collector.Maps { return after{} }

func (after) Map(_ map[string]any, size int) map[string]any {
	return make(map[string]any, load.Workers(float64(size), time.Duration(size)))
}
