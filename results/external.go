package results

import (
	"slices"
	"strings"
)

// valued are the flags of run that say how an external cluster is reached, each with a value.
var valued = []string{"--endpoints", "--cacert", "--cert", "--key", "--credentials", "--allow-fault", "--allow-lasting"}

// ExternalWords are those words of a run's command that say how an external cluster is reached and what is allowed
// there, in their order.
func ExternalWords(command []string) []string {
	var words []string
	for i, word := range command {
		for _, flag := range valued {
			if word == flag && i+1 < len(command) {
				words = append(words, word, command[i+1])
			}
		}
		if strings.HasPrefix(word, "--allow-foreign-keys") {
			words = append(words, word)
		}
	}
	return words
}

// OutWords are those words of a run's command that say where runs go; none where that was not said.
func OutWords(command []string) []string { return flagOf(command, "--out") }

// CalibrationWords are those words of a run's command that say where the calibration is; none where that was not said.
func CalibrationWords(command []string) []string { return flagOf(command, "--calibration") }

// flagOf is a flag of a command with its value.
func flagOf(command []string, flag string) []string {
	if i := slices.Index(command, flag); i >= 0 && i+1 < len(command) {
		return []string{flag, command[i+1]}
	}
	return nil
}
