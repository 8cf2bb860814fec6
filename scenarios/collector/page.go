package collector

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// page is a text of metrics in Prometheus' exposition format that can be read again and again, by one goroutine.
type page interface {
	fmt.Stringer // what it is, for errors
	// open returns the current text. It has to be closed before it is opened again.
	open(ctx context.Context) (io.ReadCloser, error)
	// close releases the resources of the reader.
	close()
}

// parse reads a page, its families sorted by name.
func parse(ctx context.Context, p page) ([]*dto.MetricFamily, error) {
	text, err := p.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	defer text.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	byName, err := parser.TextToMetricFamilies(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	families := make([]*dto.MetricFamily, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		families = append(families, byName[name])
	}
	return families, nil
}
