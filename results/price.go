package results

// Price is what a repair costs, as a figure of its own that it may make worse, beside the gain that the primary
// metric shows. A price of none has no figure, and says why.
type Price struct {
	Metric Metric `json:"metric,omitzero"`
	Says   string `json:"says"`
}

// Stated tells whether anything is said of the price; runs of a time before there were prices say nothing.
func (p Price) Stated() bool { return p.Says != "" }

// None tells whether there is no figure that the repair could make worse.
func (p Price) None() bool { return p.Metric == Metric{} }

// String is the figure's name, or "none".
func (p Price) String() string {
	if p.None() {
		return "none"
	}
	return p.Metric.String()
}
