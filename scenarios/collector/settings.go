package collector

import (
	"errors"
	"fmt"

	"aftershock/harness"
)

// The settings that a scenario gives. All but the first are 0 where it does not give them, and what they ask for is then not
// done.
const (
	SeriesSetting    = "series"    // how many series a batch has
	CancelledSetting = "cancelled" // percent of the time in which the shared context is cancelled
	ReadsSetting     = "reads"     // percent of reads among a batch's accesses to the table that all builders share
	// 1 for a closed loop that builds no batch: a turn of it is the table's operations, one a series, and nothing else.
	TableAloneSetting = "table-alone"
	RequestsSetting   = "requests" // how many requests to sources a batch begins and ends
	HangSetting       = "hang"     // milliseconds that the dependency takes to answer which each batch has looked up
	TicksSetting      = "ticks"    // of so many batches one is a tick, which needs the configuration
	// seconds that an entry in the registry lives unrenewed; at least 1.5 election time-outs
	RegistrySetting  = "registration"
	FollowersSetting = "followers" // how many follow a directory that another client changes
	DirectorySetting = "directory" // how many keys that directory has beside the one that changes
)

// setting is what a setting may be, and where.
type setting struct {
	name        string
	least, most int
	// Why it is only for a service with a cluster, or only for one without; empty where it is for both.
	clustered, alone string
}

var settings = []setting{
	{name: SeriesSetting, least: 1, most: 1_000_000}, // some 100 bytes each, in every batch that is being built
	{name: CancelledSetting, most: 100, alone: "with one, the loss of its leader cancels"},
	{name: ReadsSetting, most: 100},
	{name: TableAloneSetting, most: 1},
	{name: RequestsSetting, most: 1000},
	{name: HangSetting, most: 3_600_000},
	{name: TicksSetting, most: 1_000_000, clustered: "a tick reads the configuration from it"},
	{name: RegistrySetting, most: 3600, clustered: "without one, there is no registry"},
	{name: FollowersSetting, most: 1000, clustered: "without one there is nothing to follow"},
	{name: DirectorySetting, most: 10_000},
}

func settingNames() (names []string) {
	for _, s := range settings {
		names = append(names, s.name)
	}
	return names
}

// checkSettings refuses what the workload cannot do.
func checkSettings(given harness.Settings, clustered bool) error {
	var errs []error
	for _, s := range settings {
		v := given[s.name]
		switch {
		case v < s.least || v > s.most:
			errs = append(errs, fmt.Errorf("the workload's setting %q is %d (allowed: %d to %d)", s.name, v, s.least, s.most))
		case v > 0 && s.alone != "" && clustered:
			errs = append(errs, fmt.Errorf("the workload's setting %q is for a service without a cluster: %s", s.name, s.alone))
		case v > 0 && s.clustered != "" && !clustered:
			errs = append(errs, fmt.Errorf("the workload's setting %q is for a service with a cluster: %s", s.name, s.clustered))
		}
	}
	if given[TableAloneSetting] > 0 && given[ReadsSetting] == 0 {
		errs = append(errs, fmt.Errorf("the workload's setting %q is 1, and %q is 0: there is no table to "+
			"measure (allowed with it: %s of 1 to 100)",
			TableAloneSetting, ReadsSetting, ReadsSetting))
	}
	return errors.Join(errs...)
}
