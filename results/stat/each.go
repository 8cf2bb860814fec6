package stat

// PairChange is what one pair says by itself: its difference as a report shows it (Scale.Change). Where Open is not
// Closed, one value of the pair or both are bounds, and the true difference lies further out on that side, or
// anywhere.
type PairChange struct {
	Value float64
	Open  Open
}

// PairChanges are the pairs' own changes, in their order, from the values that CompareArms compares: both arms are
// clipped at the smallest bound. Errors are those of CompareArms.
func PairChanges(before, after Arm, scale Scale) ([]PairChange, error) {
	s, err := spansOf(before, after, scale)
	if err != nil {
		return nil, err
	}
	all := make([]PairChange, len(s.shown))
	for i, d := range s.shown {
		all[i] = PairChange{Value: scale.Change(d), Open: opening(s.low[i] < d, s.high[i] > d)}
	}
	return all, nil
}

func opening(low, high bool) Open {
	switch {
	case low && high:
		return OpenBoth
	case low:
		return OpenLow
	case high:
		return OpenHigh
	}
	return Closed
}
