package results

// Metric names a figure: what, and in which phase; the phase is empty for figures of a whole trial.
type Metric struct {
	Name  string `json:"name"`
	Phase string `json:"phase,omitempty"`
}

func (m Metric) String() string {
	if m.Phase == "" {
		return m.Name
	}
	return m.Name + " (" + m.Phase + ")"
}
