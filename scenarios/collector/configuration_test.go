package collector

import (
	"slices"
	"strconv"
	"sync"
	"testing"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

func written(revision int64, value string) *mvccpb.KeyValue {
	return &mvccpb.KeyValue{Key: []byte(ConfigKey), Value: []byte(value), ModRevision: revision}
}

// The watch and a read that was slow: whichever comes last, what was written last counts.
func TestAnAnswerThatIsLateUndoesNothing(t *testing.T) {
	var applied []string
	var newest configuration
	for _, kv := range []*mvccpb.KeyValue{
		written(5, "200ms"), written(5, "200ms"), written(3, "1s"), written(9, "500ms"), written(8, "300ms"), written(10, "2s"),
	} {
		newest.take(kv, func(value string) { applied = append(applied, value) })
	}
	if want := []string{"200ms", "500ms", "2s"}; !slices.Equal(applied, want) {
		t.Errorf("applied are %q, want %q", applied, want)
	}
}

// Any number of ticks may have read it at once, while the scraper takes nothing. With -race this shows as well that they
// are taken one at a time.
func TestManyBringTheConfiguration(t *testing.T) {
	s := newScraper(nil, 1, nil, nil)
	var newest configuration
	var bringing sync.WaitGroup
	const readers, each = 8, 200
	for r := range readers {
		bringing.Go(func() {
			for n := range each {
				revision := int64(n*readers + r + 1)
				newest.take(written(revision, strconv.FormatInt(200+revision, 10)+"ms"), s.configure)
			}
		})
	}
	bringing.Wait()
	if got, want := (<-s.intervals).Milliseconds(), int64(200+readers*each); got != want {
		t.Errorf("the interval is %d ms, want that of the newest revision, %d ms", got, want)
	}
}
