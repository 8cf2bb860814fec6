package main

import (
	"fmt"
	"io"
	"strings"

	"aftershock/internal/process"

	"google.golang.org/grpc/grpclog"
)

// silenceClients keeps the lines of gRPC out of the progress, whatever GRPC_GO_LOG_SEVERITY_LEVEL and ETCD_CLIENT_DEBUG
// say: their packages have read them by now. gRPC requires that this is called before anything else of it.
func silenceClients() {
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
}

// announceEnvironment says which variables of this environment the processes of a run do not inherit.
func announceEnvironment(w io.Writer) {
	if withheld := process.Inherited().Withheld; len(withheld) > 0 {
		fmt.Fprintf(w, "members and workers run without these variables: %s\n", strings.Join(withheld, ", "))
	}
}
