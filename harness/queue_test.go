package harness

import (
	"fmt"
	"strings"
	"testing"
)

// A queue is asked until it has no more; spoil says which tries go wrong, as "block/attempt".
func TestQueue(t *testing.T) {
	for name, c := range map[string]struct {
		blocks  []int
		reserve int
		spoil   string
		want    string
	}{
		"all well":                    {[]int{2, 1, 3}, 1, "", "2/0 1/0 3/0"},
		"one spoiled":                 {[]int{2, 1, 3}, 1, "1/0", "2/0 1/0 3/0 1/1"},
		"no reserve":                  {[]int{1, 2}, 0, "1/0", "1/0 2/0"},
		"spoiled again":               {[]int{1, 2}, 2, "1/0 1/1", "1/0 2/0 1/1 1/2"},
		"the reserve is of the group": {[]int{1, 2}, 1, "1/0 2/0", "1/0 2/0 1/1"},
		"the reserve ends":            {[]int{1}, 2, "1/0 1/1 1/2", "1/0 1/1 1/2"},
	} {
		t.Run(name, func(t *testing.T) {
			q := newQueue(c.blocks, c.reserve)
			var got []string
			for range 20 {
				block, attempt, ok := q.next()
				if !ok {
					break
				}
				at := fmt.Sprintf("%d/%d", block, attempt)
				got = append(got, at)
				q.tried(block, attempt, try{spoiled: strings.Contains(" "+c.spoil+" ", " "+at+" ")})
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}
