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
