package faults_test

import (
	"testing"

	"aftershock/chaos/faults"
)

// A row is what one watcher is sent, or -n for n watchers that are lost.
func TestAnEventIsEverywhereOnceItReachedEveryWatcher(t *testing.T) {
	for _, c := range []struct {
		name  string
		rows  [][]int64
		whole bool
		most  int
	}{
		{"all three", [][]int64{{7}, {7}, {7}}, true, 0},
		{"with others in between", [][]int64{{7, 8}, {8}, {7, 9}, {9, 8}}, true, 0},
		{"two of three", [][]int64{{7}, {7}, {8}}, false, 2},
		{"three events, each at one", [][]int64{{7}, {8}, {9}}, false, 1},
		{"those that stand in for lost ones may be sent it again", [][]int64{{7}, {7}, {-1}, {7}}, false, 1},
		{"a later one reaches all", [][]int64{{7}, {7}, {-1}, {8}, {8}, {8}}, true, 0},
	} {
		if whole, most := faults.FanOut(3, c.rows); whole != c.whole || most != c.most {
			t.Errorf("%s: whole %v, at most %d; want %v, %d", c.name, whole, most, c.whole, c.most)
		}
	}
}
