package results

import "strings"

// valued are the flags of run that say how somebody's cluster is reached, each with a value.
var valued = []string{"--endpoints", "--cacert", "--cert", "--key", "--credentials", "--allow-fault"}

// ExternalWords are those words of a run's command that say how somebody's cluster is reached and what is allowed there,
// in their order.
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
