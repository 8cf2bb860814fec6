package chaos

import (
	"slices"

	"aftershock/chaos/plan"
	"aftershock/internal/nearest"
)

// All lists the faults, group by group in the order in which they are shown.
func All() []Fault {
	return slices.Concat(
		processFaults,
		electionFaults,
		partitionFaults,
		linkFaults,
		storageFaults,
		membershipFaults,
		loadFaults,
		securityFaults,
		machineFaults,
	)
}

// Names lists the faults' names.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// Lasting lists the names of the faults that leave lasting changes.
func Lasting() []string {
	var names []string
	for _, f := range All() {
		if f.Lasting != "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// Find returns the fault of that name; the error for an unknown one suggests the nearest.
func Find(name string) (Fault, error) {
	for _, f := range All() {
		if f.Name == name {
			return f, nil
		}
	}
	return Fault{}, nearest.Unknown("fault", name, Names())
}

// Rules is the part of the catalogue that plans need.
func Rules() []plan.FaultRule {
	var rules []plan.FaultRule
	for _, f := range All() {
		rules = append(rules, f.FaultRule)
	}
	return rules
}
