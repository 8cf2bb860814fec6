package article

// objections are what a defender of the article could still say, and be right.
var objections = []string{
	"The service is not the author's. Its code, load and machine are not known; what is measured here is a " +
		"collector that was written for it, on two cores, and the article's tables are of 16.",
	"The sizes are not those of the incident. A defect was made that has its symptom; that the author's had this " +
		"cause is not shown, only that the cause which the article gives cannot have it.",
	"Trouble is provoked: a member is isolated for seconds, on one machine, over loopback. What a network of " +
		"several machines does in a short loss of contact may be harsher, or milder.",
	"Calm comes before trouble in each trial. What a process gains or loses with its age is part of each " +
		"comparison within an arm; the scenario calm shows how much that is.",
	"The versions are later: Go 1.26 and etcd 3.7.3 instead of those of early 2024. A cancelled context's Err() " +
		"takes a lock in this Go, and in Go 1.24 and before each Err() took one, cancelled or not: then the " +
		"defect would be another one. The article's client of etcd was tried by its header alone.",
	"The claims are told in our words, from Chinese. Where the article is vague, such as which log it means, " +
		"another reading may be fairer.",
	"sync.Map was held against a map under an RWMutex by keys that are written again and again, with three shares " +
		"of reads, on two cores. With many cores and keys that are written once the article may be right by more.",
	"The average latency of 4.2 is taken for the inverse of its throughput, which it nearly is. Under an open " +
		"load it would be a figure of its own.",
	"The share of Err() is measured in a loop by itself. The author's is of a whole service, where other work " +
		"makes every share smaller.",
	"What is said of Go 1.23 and before is looked up in its source, and was not run.",
	"Each verdict may be wrong one time in twenty in each run; nothing is corrected over all runs of the page.",
	"The last chapter tells of projects that may well exist. That nothing can be looked up about them says " +
		"nothing against them.",
}
