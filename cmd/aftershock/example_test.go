package main

import (
	"testing"

	"aftershock/internal/golden"
)

// The example under results/baselines is what this build shows of its figures.
func TestTheExample(t *testing.T) {
	t.Chdir("../..")
	const folder = "results/baselines/example"
	code, stdout, stderr := aftershock("compare", folder)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	golden.Compare(t, folder+"/compare.txt", []byte(stdout))
}
