// Record writes a run as a recording, by which a test of results/stat sees whether the calmest blocks are worth choosing.
//
//	go run ./results/summary/record RUN > results/stat/testdata/noisy/seed31.csv
//
// Exit codes: 0 when it is written, 1 when it cannot be, 2 on a usage error.
package main

import (
	"fmt"
	"io"
	"os"

	"aftershock/results/summary"
)

func main() { os.Exit(record(os.Args[1:], os.Stdout, os.Stderr)) }

func record(args []string, stdout, stderr io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintf(stderr, "record: %d arguments (allowed: one, a run's folder)\n", len(args))
		return 2
	}
	if err := summary.Record(stdout, args[0]); err != nil {
		fmt.Fprintf(stderr, "record: %v\n", err)
		return 1
	}
	return 0
}
