package mapgrowth

// reused clears the map that the batch held before. It has grown once, and keeps its size.
type reused struct{}

func (reused) Map(old map[string]any, _ int) map[string]any {
	clear(old)
	return old
}

// presized makes room once, before anything is put in.
type presized struct{}

func (presized) Map(_ map[string]any, series int) map[string]any { return make(map[string]any, series) }
