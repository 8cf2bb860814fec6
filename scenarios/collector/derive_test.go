package collector

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// remembered are samples of which each has been seen with these values, one a scrape.
func remembered(seen map[string][]float64, order ...string) ([]sample, map[string]*memory) {
	var samples []sample
	memories := map[string]*memory{}
	for _, key := range order {
		memories[key] = &memory{}
		for _, v := range seen[key] {
			memories[key].take(v)
		}
		samples = append(samples, sample{key: key, value: seen[key][len(seen[key])-1]})
	}
	return samples, memories
}

func lines(series []Series) []string {
	var all []string
	for _, s := range series {
		all = append(all, fmt.Sprint(s.Key, "=", s.Value))
	}
	return all
}

func TestDerive(t *testing.T) {
	samples, memories := remembered(map[string][]float64{"n1:b": {10, 16, 13}, "n1:a": {4}}, "n1:b", "n1:a")
	all := []string{
		"n1:b:value=13", "n1:a:value=4", "n1:b:rate=-1.5", "n1:a:rate=0", "n1:b:increase=3", "n1:a:increase=0",
		"n1:b:min=10", "n1:a:min=4", "n1:b:max=16", "n1:a:max=4", "n1:b:mean=13", "n1:a:mean=4",
	}
	for _, want := range []int{0, 1, 2, 3, 7, 12, 13, 8000} {
		got := lines(derive(samples, memories, want, 2*time.Second))
		if expected := all[:min(want, len(all))]; !slices.Equal(got, expected) {
			t.Errorf("%d series are\n%s\nwant\n%s", want, strings.Join(got, "\n"), strings.Join(expected, "\n"))
		}
	}
}

func TestDeriveOfNothing(t *testing.T) {
	if got := derive(nil, nil, 5, time.Second); len(got) != 0 {
		t.Errorf("no samples give %q", lines(got))
	}
}

func TestASampleOfASecondScrapeKeepsItsKeys(t *testing.T) {
	samples, memories := remembered(map[string][]float64{"n1:a": {1}, "n1:b": {2}}, "n1:a", "n1:b")
	few := derive(samples, memories, 3, time.Second)
	all := derive(samples, memories, 12, time.Second)
	again := derive(samples, memories, 12, time.Second)
	if !slices.Equal(few, all[:3]) || !slices.Equal(all, again) {
		t.Errorf("3 series are\n%q\nof 12\n%q\nand then\n%q", lines(few), lines(all), lines(again))
	}
	unique := map[string]bool{}
	for _, s := range all {
		unique[s.Key] = true
	}
	if len(unique) != len(all) {
		t.Errorf("%d series have %d keys: a batch of them would never be complete", len(all), len(unique))
	}
}
