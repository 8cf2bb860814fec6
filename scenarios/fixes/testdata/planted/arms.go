// Package planted has two arms of which one makes its maps with a size, deep below.
package planted

import "aftershock/scenarios/collector"

const series = 100

type before struct{}

func newBefore() collector.Maps { return before{} }

func (before) Map(map[string]any, int) map[string]any { return make(map[string]any, series) }

type after struct{}

func newAfter() collector.Maps { return after{} }

func (after) Map(map[string]any, int) map[string]any { return roomy(10 * 10)(0) }

func roomy(least int) func(int) map[string]any {
	return func(more int) map[string]any { return make(map[string]any, max(least, more, 4096)) }
}
