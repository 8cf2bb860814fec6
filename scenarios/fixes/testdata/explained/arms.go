// Package explained has two arms that share a seed, and of which one has a size.
package explained

import (
	"math/rand/v2"

	"aftershock/scenarios/collector"
)

const (
	seed = 7
	room = 512
)

var draws = rand.New(rand.NewPCG(seed, seed))

type before struct{}

func newBefore() collector.Maps { return before{} }

func (before) Map(map[string]any, int) map[string]any { return map[string]any{"drawn": draws.IntN(7)} }

type after struct{}

func newAfter() collector.Maps { return after{} }

func (after) Map(map[string]any, int) map[string]any {
	drawn := make(map[string]any, room)
	drawn["drawn"] = draws.IntN(7)
	return drawn
}
