// Package found has one mistake that staticcheck finds and one that vet finds, so that a test knows that both have looked.
package found

import "context"

// Child forgets its cancel func in the function that made it, and has a string for a key.
func Child(ctx context.Context) context.Context {
	child, _ := context.WithCancel(ctx)
	return context.WithValue(child, "key", 1)
}
