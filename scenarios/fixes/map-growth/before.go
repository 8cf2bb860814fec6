package mapgrowth

// growing begins each batch with nothing.
type growing struct{}

func (growing) Map(map[string]any, int) map[string]any { return map[string]any{} }
