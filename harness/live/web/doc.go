// Package web shows a run that is under way to browsers and to Prometheus.
//
// It only reads: no request changes a state, and nothing but GET and HEAD is answered. On a loopback address anyone on
// the machine may look. Any other address takes a token. The server ends with the run.
package web
