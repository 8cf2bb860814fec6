// Matrix prints a Markdown table of what runs on several etcds found, with the machine and the commands: matrix RUN...
// Each column is an etcd, each row a figure of a scenario: medians over trials. It is what make matrix ends with.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"aftershock/results/summary"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

func run(folders []string, stdout io.Writer) error {
	if len(folders) == 0 {
		return errors.New("no runs (usage: matrix RUN...)")
	}
	var all []summary.Summary
	for _, folder := range folders {
		s, err := summary.Compute(folder)
		if err == nil {
			err = summary.Undamaged(s.Damaged)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		all = append(all, s)
	}
	_, err := io.WriteString(stdout, table(all))
	return err
}
