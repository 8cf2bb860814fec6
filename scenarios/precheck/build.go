package precheck

import "context"

// Build fills a map that no other goroutine has, and returns it once it is complete. It gives nil and an error
// otherwise, so that there is nothing to publish: what was published before stays.
//
//   - When the context is done already, fill is not called.
//   - An error of fill is given back as it is.
//   - When the context is done by the end of fill, the map is dropped although fill returned nil: it may have stopped
//     in the middle without saying so. A context that ends later than that finds a complete map, as if it had ended a
//     moment after the map was published, and no reader could tell the two apart.
//   - A panic of fill goes on to the caller, and so does runtime.Goexit.
//
// Private may hold anything and is emptied first; nil stands for a new map. After an error or a panic it is empty again
// and still the caller's, to be used for the next build, so that a build that fails leaves no garbage. Once it was
// given back complete and was published, it belongs to its readers. Fill must not keep it, and a caller that uses Build
// from several goroutines gives each a map of its own.
//
// Build looks at the context before and after fill. A fill that takes long looks in between with [Every].
func Build[M ~map[K]V, K comparable, V any](
	ctx context.Context, private M, fill func(ctx context.Context, into M) error,
) (complete M, err error) {
	clear(private)
	if err := Err(ctx); err != nil {
		return nil, err
	}
	if private == nil {
		private = M{}
	}
	defer func() {
		if complete == nil { // after a panic as well
			clear(private)
		}
	}()
	if err := fill(ctx, private); err != nil {
		return nil, err
	}
	if err := Err(ctx); err != nil {
		return nil, err
	}
	return private, nil
}
