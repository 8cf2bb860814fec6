// Package results is what lies between the two wings: the files of a run, their schema and where they are kept.
//
// A run's folder is all that the right wing reads. It holds run.json, plan.txt, a folder a trial with trial.json,
// ops.bin, latency.hlog, events.jsonl and the logs, and at last summary.json. Whole files are written under a temporary
// name and renamed; so a run that was killed is readable, and its status says that it is partial.
package results

// Schema is the version of run.json and trial.json. A reader refuses a newer one.
const Schema = 2
