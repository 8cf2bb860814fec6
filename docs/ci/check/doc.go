// Package check holds the job files of docs/ci against what reads them. It is a module of its own, so that those who
// build aftershock do not get these checkers.
package check
