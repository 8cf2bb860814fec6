package simulation_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/results/trend/simulation"
)

// published are 401 nights of TigerBeetle's benchmark, which the authors of Otava use as an example, and on which its
// tests say what it finds.
func published(t *testing.T) (values []float64) {
	t.Helper()
	text, err := os.ReadFile("testdata/tigerbeetle.txt")
	if err != nil {
		t.Fatal(err)
	}
	for word := range strings.FieldsSeq(string(text)) {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
	}
	return values
}

func TestOtavaFindsWhatItsAuthorsPublish(t *testing.T) {
	values := published(t)
	for _, c := range []struct {
		level, least float64
		want         []int
	}{
		{0.01, 0.05, []int{15, 71}},
		{0.01, 0, []int{15, 26, 61, 71, 95, 117, 131, 142, 148, 165, 169, 192, 212, 260}},
		{0.001, 0, []int{15, 61, 71, 95, 117, 131, 142, 148, 192, 212, 260}},
		{0.0001, 0, []int{71, 95, 117, 131, 142, 148, 192, 212}},
		{0.00001, 0, []int{71, 95, 131, 192, 212}},
	} {
		o := simulation.Otava{Window: 30, Level: c.level, Least: c.least}
		if got := o.Changes(values); !slices.Equal(got, c.want) {
			t.Errorf("level %g, at least %g:\ngot  %v\nwant %v", c.level, c.least, got, c.want)
		}
	}
	halved := []float64{
		1.02, 0.95, 0.99, 1.00, 1.12, 1.00, 1.01, 0.98, 1.01, 0.96,
		0.50, 0.51, 0.48, 0.48, 0.55, 0.50, 0.49, 0.51, 0.50, 0.49,
	}
	o := simulation.Otava{Window: 10, Level: 0.0001}
	if got := o.Changes(halved); !slices.Equal(got, []int{10}) {
		t.Errorf("halved: %v", got)
	}
}

// A window that was divided before is not divided again: a growing series gives what the whole one does.
func TestOtavaOfAGrowingSeries(t *testing.T) {
	values := published(t)[:160]
	growing := simulation.Otava{Window: 50, Level: 0.001}
	for n := 100; n <= len(values); n += 7 {
		whole := simulation.Otava{Window: 50, Level: 0.001}
		if got, want := growing.Changes(values[:n]), whole.Changes(values[:n]); !slices.Equal(got, want) {
			t.Errorf("%d values: %v, want %v", n, got, want)
		}
	}
}
