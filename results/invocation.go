package results

import (
	"slices"
	"strconv"
	"strings"

	"aftershock/internal/shell"
)

// Invocation is a command of this program, as its words. It is stored beside what the command has made and repeats
// that. All that is known of flags after they were read is known here.
type Invocation []string

// RunOf is how fixes are run in a scenario, in as many pairs as the words of many say.
func RunOf(program, scenario string, fixes, many []string, seed uint64) Invocation {
	return Invocation{program, "run", scenario, "--fix", strings.Join(fixes, ",")}.With(many...).Seed(seed)
}

// Pairs are the words for a number of pairs.
func Pairs(n int) []string { return []string{"--pairs", strconv.Itoa(n)} }

// Seed is the command with a seed.
func (i Invocation) Seed(seed uint64) Invocation {
	return i.With("--seed", strconv.FormatUint(seed, 10))
}

// With is the command with more words.
func (i Invocation) With(words ...string) Invocation { return slices.Concat(i, words) }

// If is With where something was given.
func (i Invocation) If(given bool, words ...string) Invocation {
	if !given {
		return i
	}
	return i.With(words...)
}

// Program is how the program was called.
func (i Invocation) Program() string {
	if len(i) == 0 {
		return "aftershock"
	}
	return i[0]
}

// Scenario is the scenario of a run as it was named, a file or a shipped one; "" for another command.
func (i Invocation) Scenario() string {
	if len(i) < 3 {
		return ""
	}
	return i[2]
}

// Replays tells whether a run's plans come from a file.
func (i Invocation) Replays() bool { return slices.Contains(i, "--plan") }

// Load is the command with the load that a run has measured.
func (i Invocation) Load(value int) Invocation { return i.With("--load", strconv.Itoa(value)) }

// External are the words that say how an external cluster is reached and what is allowed there, in their order.
func (i Invocation) External() (words []string) {
	for at, word := range i {
		if slices.Contains(valued, word) && at+1 < len(i) {
			words = append(words, word, i[at+1])
		}
		if strings.HasPrefix(word, "--allow-foreign-keys") {
			words = append(words, word)
		}
	}
	return words
}

// valued are the flags of External that have a value.
var valued = []string{
	"--endpoints", "--cacert", "--cert", "--key", "--credentials", "--allow-fault", "--allow-lasting",
	"--allow-host", "--allow-hosts",
}

// Folders are the words that say where runs go and where the calibration is, as far as they were given.
func (i Invocation) Folders() []string {
	return slices.Concat(i.flag("--out"), i.flag("--calibration"))
}

// Arms are the words that say which revisions the arms of a scenario are built of, as far as they were given.
func (i Invocation) Arms() []string { return slices.Concat(i.flag("--before"), i.flag("--after")) }

// flag is a flag with its value.
func (i Invocation) flag(name string) []string {
	if at := slices.Index(i, name); at >= 0 && at+1 < len(i) {
		return []string{name, i[at+1]}
	}
	return nil
}

// Resume is the command that resumes what this one began. What reaches an external cluster is given again: no file
// holds the password, and who resumes has to allow the faults.
func (i Invocation) Resume(folder string) Invocation {
	verb := []string{"run"}
	if len(i) > 1 {
		verb = i[1:2]
	}
	if verb[0] == "article" || i.Scenario() == "article" { // as it was called before it had a command of its own
		verb = []string{"article", "run"}
	}
	return slices.Concat(Invocation{i.Program()}, verb, []string{"--resume", folder}, i.External(),
		i.flag("--calibration"))
}

// String is the command as a line for a shell.
func (i Invocation) String() string { return shell.Join(i...) }
