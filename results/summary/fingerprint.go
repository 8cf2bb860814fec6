package summary

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strings"

	"aftershock/results"
)

// Fingerprint is what two runs' environments must have in common for their figures to be compared. It is coarse on
// purpose: a kernel's patch or a Go release of the same minor version comes every few weeks, and a fingerprint that
// changes with it would refuse each comparison over time. What is compared is left out: aftershock's version and commit.
type Fingerprint struct {
	CPU        string
	Cores      int
	Allowed    float64 // cores' time that a control group allows; 0 without a limit
	GOMAXPROCS int
	Go         string // major and minor version: go1.26
	Etcd       string // full version
	Kernel     string // major version
	MemoryMB   int    // the nearest power of two: what a machine of 16 GB reports differs from one to another
	Variables  string // of the environment, those that the run's processes had from outside
}

// FingerprintOf gives an environment's fingerprint. A version of an unknown form is taken as it is.
func FingerprintOf(e results.Environment) Fingerprint {
	f := Fingerprint{CPU: e.CPU, Cores: e.Cores, Allowed: e.Allowed, GOMAXPROCS: e.GOMAXPROCS, Go: e.Go, Etcd: e.Etcd, Kernel: e.Kernel}
	f.Variables = strings.Join(e.Variables, " ")
	if minor := goMinor.FindString(e.Go); minor != "" {
		f.Go = minor
	}
	f.Kernel, _, _ = strings.Cut(e.Kernel, ".")
	if e.MemoryMB > 0 {
		f.MemoryMB = 1 << min(62, int(math.Round(math.Log2(float64(e.MemoryMB)))))
	}
	return f
}

var goMinor = regexp.MustCompile(`go\d+\.\d+`)

// differences lists what differs, each with both values.
func (f Fingerprint) differences(other Fingerprint) (all []string) {
	for _, d := range []struct {
		what string
		a, b any
	}{
		{"CPU", f.CPU, other.CPU},
		{"cores", f.Cores, other.Cores},
		{"cores that the control group allows", allowed(f), allowed(other)},
		{"GOMAXPROCS", f.GOMAXPROCS, other.GOMAXPROCS},
		{"Go", f.Go, other.Go},
		{"etcd", f.Etcd, other.Etcd},
		{"kernel", f.Kernel, other.Kernel},
		{"memory, in MB to the nearest power of two", f.MemoryMB, other.MemoryMB},
		{"environment variables", cmp.Or(f.Variables, "none"), cmp.Or(other.Variables, "none")},
	} {
		if d.a != d.b {
			all = append(all, fmt.Sprintf("%s: %v against %v", d.what, d.a, d.b))
		}
	}
	return all
}

func allowed(f Fingerprint) string {
	if f.Allowed == 0 {
		return "all"
	}
	return fmt.Sprintf("%.3g", f.Allowed)
}
