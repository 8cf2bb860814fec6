package report

import (
	"encoding/json"
	"io"
)

// perfData is what perfdash reads, in version v1.
//
// https://github.com/kubernetes/perf-tests/blob/master/clusterloader2/pkg/measurement/util/perftype.go
type perfData struct {
	Version string            `json:"version"`
	Items   []perfItem        `json:"dataItems"`
	Labels  map[string]string `json:"labels,omitempty"`
}

// perfItem is one chart of perfdash: a line for each entry of Data. Items with the same labels have the same entries.
type perfItem struct {
	Data   map[string]float64 `json:"data"`
	Unit   string             `json:"unit"`
	Labels map[string]string  `json:"labels,omitempty"`
}

// perfdash writes the medians of both arms of each figure, and the change between them with its interval. The change is
// what can be compared over time: its baseline was measured beside it.
func perfdash(w io.Writer, in Input) error {
	run := in.Summary.Run
	all := perfData{Version: "v1", Items: []perfItem{}, Labels: map[string]string{
		"scenario": run.Name, "commit": run.Environment.Commit, "etcd": run.Environment.Etcd,
	}}
	for _, f := range in.Summary.Fixes {
		for _, r := range f.Rows {
			labels := func(shows string) map[string]string {
				return map[string]string{"Fix": f.Name, "Metric": r.Name, "Phase": r.Phase, "Shows": shows}
			}
			if len(r.Before.Values) == 0 || len(r.After.Values) == 0 {
				continue
			}
			all.Items = append(all.Items, perfItem{
				Data: map[string]float64{"before": r.Before.Median, "after": r.After.Median}, Unit: r.Unit,
				Labels: labels("arms"),
			})
			c := r.Change
			if c == nil || c.Confidence == 0 || c.Open != "" {
				continue // an end that is not known has no point in a chart
			}
			unit, scale := r.Unit, 1.0
			if relative(r) {
				unit, scale = "%", 100
			}
			all.Items = append(all.Items, perfItem{
				Data: map[string]float64{"change": scale * c.Value, "low95": scale * c.Low, "high95": scale * c.High},
				Unit: unit, Labels: labels("change"),
			})
		}
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
