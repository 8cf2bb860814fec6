// Package manifest keeps what a run did to its folder, line by line, so that nothing in it can be lost, altered or
// swapped unseen.
//
// manifest.jsonl is written while the run goes on. Each line is appended and synced before what it speaks of goes on,
// and none is ever changed. The first says what run.json and plan.txt hold; later ones say which trial began, what
// trial.json it left, and in which fields run.json changed, its status among them. A trial's trial.json has the
// digests of the trial's other files, so the digest of trial.json stands for all of them.
//
// Every line ends with a digest of itself and of the digest before it. A line that is altered, taken out, repeated or
// moved therefore breaks the chain where it happened. What a kill leaves is a last line without its end: it is not
// counted, and the run is partial. Lines that are cut off whole leave no trace in the chain; but run.json then says
// more than the manifest, or a trial is there that the manifest does not have.
//
// This finds accidents and edits. Who computes all digests anew is found by a signature alone.
package manifest

// File is the manifest's name in a run's folder, and Schema the version of its lines.
const (
	File   = "manifest.jsonl"
	Schema = 1
)

// Since is the first schema of run.json whose runs have a manifest.
const Since = 2
