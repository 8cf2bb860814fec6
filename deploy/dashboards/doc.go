// Package dashboards is Prometheus's and Grafana's view of aftershock. It is a module of its own, so that what they
// need is no requirement of aftershock.
//
// A panel is an entry of rows, and `go test -run TestDashboard -update .` writes the file that Grafana reads. A metric
// that no panel had before is not in the recording: `go test -run TestALiveRun -record .` makes it anew.
package dashboards
