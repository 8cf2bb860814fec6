// Command print prints the dashboard as Grafana's JSON.
package main

import (
	"fmt"
	"os"

	"aftershock/deploy/dashboards"
)

func main() {
	text, err := dashboards.JSON()
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
