package boundedgoroutine

import (
	"context"
	"time"
)

// advised is the article's time-out. It is how long any lookup may take, in both arms.
const advised = 10 * time.Second

// detached looks something up outside of the request that asked for it. Both arms do it with this: what differs is
// how many of these there may be.
func detached(lookup func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), advised)
	defer cancel()
	_ = lookup(ctx) // the next tick asks again
}
