package results

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// CalibrationSchema is the version of calibration files.
const CalibrationSchema = 1

// Calibration is what aftershock selftest found out about this harness on one machine. Runs on the same machine quote it.
type Calibration struct {
	Schema      int           `json:"schema"`
	Made        time.Time     `json:"made"`
	Command     Invocation    `json:"command"`
	Environment Environment   `json:"environment"`
	Quick       bool          `json:"quick,omitempty"` // too few A/A runs for a rate: none is claimed
	Result      Soundness     `json:"result"`
	Rates       []FalseAlarms `json:"rates"`
	Checks      []Check       `json:"checks"`
}

// Soundness is what the checks of a calibration come to. The zero value is none of them.
type Soundness string

// What a selftest can end with.
const (
	Sound     Soundness = "sound"     // every check held
	Undecided Soundness = "undecided" // some check neither held nor failed, and none failed
	Unsound   Soundness = "unsound"   // some check failed
)

// FalseAlarms is how often a metric was found to differ between two identical arms.
type FalseAlarms struct {
	Metric  Metric  `json:"metric"`
	Through string  `json:"through"` // "cluster and faults" or "cluster-free"
	Runs    int     `json:"runs"`    // A/A runs that the figures rest on
	Pairs   int     `json:"pairs"`   // of each run
	Alarms  int     `json:"alarms"`
	Nominal float64 `json:"nominal"` // the rate that the method promises not to exceed
	Upper   float64 `json:"upper"`   // one-sided 95 % bound of the rate (Clopper-Pearson)
}

// Check is one thing that selftest had to show.
type Check struct {
	Name  string `json:"name"`
	Holds bool   `json:"holds"`
	// Undecided checks neither held nor failed: the machine was too noisy, or a single run cannot tell.
	Undecided bool   `json:"undecided,omitempty"`
	Shown     string `json:"shown"` // what was measured, and against what
}

var errNameless = errors.New("this machine cannot be told from others: it has no machine ID and no name")

// calibrationFile is a machine's place in a folder of calibrations.
func calibrationFile(folder, host string) (string, error) {
	if len(host) < 16 {
		return "", errNameless
	}
	return filepath.Join(folder, host[:16]+".json"), nil
}

// WriteCalibration leaves a calibration in a folder, in place of an earlier one of the same machine, and returns its file.
func WriteCalibration(folder string, c Calibration) (file string, err error) {
	if file, err = calibrationFile(folder, c.Environment.Host); err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	return file, WriteJSON(file, c)
}

// FindCalibration reads the calibration of a machine from a folder; nil when there is none.
func FindCalibration(folder string, e Environment) (*Calibration, error) {
	file, err := calibrationFile(folder, e.Host)
	if errors.Is(err, errNameless) {
		return nil, nil // and so none can have been written
	}
	var c Calibration
	err = ReadJSON(file, &c)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &c, nil
}
