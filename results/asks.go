package results

import "encoding/json"

// Asks is the question that the run's scenario asks; empty where its file is of a time that kept none.
func (r Run) Asks() string {
	var s struct {
		Asks string `json:"asks"`
	}
	_ = json.Unmarshal(r.Scenario, &s) // a scenario that cannot be read asks nothing
	return s.Asks
}

// UsualRecovered is the share of its steady goodput at which a service counts as recovered, unless a scenario says
// otherwise.
const UsualRecovered = 0.8

// Recovered is the share of its steady goodput at which the run's service counts as recovered.
func (r Run) Recovered() float64 {
	var s struct {
		Recovered float64 `json:"recovered"`
	}
	_ = json.Unmarshal(r.Scenario, &s) // one that cannot be read says nothing else than the usual
	if s.Recovered == 0 {
		return UsualRecovered
	}
	return s.Recovered
}
