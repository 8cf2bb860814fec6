// Package slow marks tests that take long, so that go test -short passes over them and says why.
package slow

import "testing"

// Boots marks a test, at its head, that boots members or starts programs, and shares nothing with other tests. It
// mostly waits, so others run beside it: as many as go test -parallel says, which is one a processor. With -short it is
// skipped.
func Boots(t *testing.T) {
	t.Helper()
	Alone(t)
	t.Parallel()
}

// Alone marks a test as Boots does, and keeps all other tests of its package away from it: one that sets variables of
// the environment, or that looks at the whole process or the whole machine.
func Alone(t *testing.T) {
	t.Helper()
	skip(t, "boots members or starts programs")
}

// Simulates marks a test that computes for more than a second or two.
func Simulates(t *testing.T) {
	t.Helper()
	skip(t, "simulates for long")
}

// Reads marks a test that writes and reads many folders of runs, on the goroutines that its package's other tests see.
func Reads(t *testing.T) {
	t.Helper()
	skip(t, "writes and reads many folders")
}

func skip(t *testing.T, why string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: it " + why)
	}
}
