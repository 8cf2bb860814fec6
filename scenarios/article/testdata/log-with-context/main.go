// Command log-with-context asks both logs of the standard library for WithContext, and does not compile.
package main

import (
	"context"
	"log"
	"log/slog"
)

func main() {
	log.WithContext(context.Background()).Print("stale")
	slog.WithContext(context.Background()).Info("stale")
	slog.Default().WithContext(context.Background()).Info("stale")
}
