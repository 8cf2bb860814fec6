package records

import "testing"

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		told   map[string]bool
		copies map[string]uint64
		want   balance
	}{
		"nothing":                    {nil, nil, balance{}},
		"all is as it was told":      {map[string]bool{"1": true, "2": false}, map[string]uint64{"1": 1}, balance{}},
		"a false failure":            {map[string]bool{"1": false}, map[string]uint64{"1": 1}, balance{falseFailures: 1}},
		"written three times":        {map[string]bool{"1": true}, map[string]uint64{"1": 3}, balance{duplicates: 2}},
		"failed, and there twice":    {map[string]bool{"1": false}, map[string]uint64{"1": 2}, balance{falseFailures: 1, duplicates: 1}},
		"lost":                       {map[string]bool{"1": true, "2": true}, map[string]uint64{"2": 1}, balance{lost: 1}},
		"another client's":           {map[string]bool{"1": true}, map[string]uint64{"1": 1, "7": 2}, balance{}},
		"of everything at once some": {map[string]bool{"1": true, "2": false, "3": true}, map[string]uint64{"2": 1, "3": 2}, balance{1, 1, 1}},
	} {
		l := ledger{answers: map[string]bool{}}
		for id, kept := range c.told {
			l.note(id, kept)
		}
		if got := l.compare(c.copies); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
