package harness

import (
	"fmt"
	"strings"
	"testing"

	"aftershock/results/stat"
)

// A queue is asked until it has no more; spoil says which tries go wrong, as "block/attempt", and scores how disturbed the
// others are.
func TestQueue(t *testing.T) {
	for name, c := range map[string]struct {
		blocks  []int
		reserve int
		spoil   string
		scores  map[string]float64
		want    string
	}{
		"all well":                    {[]int{2, 1, 3}, 1, "", nil, "2/0 1/0 3/0"},
		"one spoiled":                 {[]int{2, 1, 3}, 1, "1/0", nil, "2/0 1/0 3/0 1/1"},
		"no reserve":                  {[]int{1, 2}, 0, "1/0", map[string]float64{"2/0": 0.5}, "1/0 2/0"},
		"spoiled again":               {[]int{1, 2}, 2, "1/0 1/1", nil, "1/0 2/0 1/1 1/2"},
		"the reserve is of the group": {[]int{1, 2}, 1, "1/0 2/0", nil, "1/0 2/0 1/1"},
		"the reserve ends":            {[]int{1}, 2, "1/0 1/1 1/2", nil, "1/0 1/1 1/2"},
		"the most disturbed":          {[]int{2, 1, 3}, 1, "", map[string]float64{"2/0": 0.2, "1/0": 0.3}, "2/0 1/0 3/0 1/1"},
		"a little is not disturbed":   {[]int{2, 1}, 1, "", map[string]float64{"2/0": 0.05, "1/0": 0.04}, "2/0 1/0"},
		"spoiled before disturbed":    {[]int{2, 1}, 2, "1/0", map[string]float64{"2/0": 0.9}, "2/0 1/0 1/1 2/1"},
		"until it is calm": {
			[]int{1, 2}, 3, "", map[string]float64{"1/0": 0.9, "1/1": 0.7, "2/0": 0.8}, "1/0 2/0 1/1 2/1 1/2",
		},
		"an attempt that is worse": {[]int{1, 2}, 2, "", map[string]float64{"1/0": 0.2, "1/1": 0.9, "2/0": 0.1}, "1/0 2/0 1/1 1/2"},
	} {
		t.Run(name, func(t *testing.T) {
			q := newQueue(c.blocks, c.reserve, stat.Disturbed)
			var got []string
			for range 20 {
				block, attempt, ok := q.next()
				if !ok {
					break
				}
				at := fmt.Sprintf("%d/%d", block, attempt)
				got = append(got, at)
				q.tried(block, attempt, try{spoiled: strings.Contains(" "+c.spoil+" ", " "+at+" "), score: c.scores[at]})
			}
			if done := q.tally(); done.judged > len(c.blocks) || done.disturbed > done.judged || done.judged == 0 != (c.spoil == "1/0 1/1 1/2") {
				t.Errorf("tally %+v", done)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}
