package process

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// Environment is what children get of this process's variables: nearly nothing, so that a measurement does not depend on
// what happens to be exported where it is started. Go's runtime, gRPC and etcd each read variables that change figures
// or fill logs.
type Environment struct {
	// Kept are the variables that are handed on, in the order of their names. It is a list that may be stored and shown:
	// GOGC and GOMAXPROCS have their values, which are numbers; of the others only the name is there.
	Kept []string
	// Withheld are the names of variables that are set here and would have changed how a child behaves.
	Withheld []string

	pairs []string // NAME=value of those that are kept
}

// handedOn are all variables that a child may get, and what their values must look like to be shown; nil shows the name
// alone. Coverage and the race detector need theirs only in programs that were built with them.
var handedOn = map[string]func(value string) bool{
	"GOMAXPROCS": isNumber,
	"GOGC":       func(v string) bool { return v == "off" || isNumber(v) },
	"GOCOVERDIR": nil,
	"GORACE":     nil,
}

// trust says whose certificates are believed: the worker of a run on an external cluster may need it. It changes no
// figure, and so it is handed on and listed nowhere.
var trust = []string{"SSL_CERT_FILE", "SSL_CERT_DIR"}

func isNumber(v string) bool {
	_, err := strconv.ParseUint(v, 10, 31)
	return err == nil
}

// Inherited says what children get of this process's variables.
func Inherited() Environment { return inherited(os.Environ()) }

// inherited goes through variables of the form NAME=value. An empty value counts as unset, for that is how Go's runtime
// takes it; a GOGC or GOMAXPROCS that is not a number is withheld, for the runtime would ignore it.
func inherited(variables []string) (e Environment) {
	for _, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		if value == "" {
			continue
		}
		shown, known := handedOn[name]
		switch {
		case slices.Contains(trust, name):
			e.pairs = append(e.pairs, v)
		case known && shown == nil:
			e.Kept, e.pairs = append(e.Kept, name), append(e.pairs, v)
		case known && shown(value):
			e.Kept, e.pairs = append(e.Kept, v), append(e.pairs, v)
		case known || matters(name):
			e.Withheld = append(e.Withheld, name)
		}
	}
	slices.Sort(e.Kept)
	slices.Sort(e.Withheld)
	return e
}

// Variables that libraries of ours read, whole or by how they begin. REQUEST_METHOD makes Go take a program for a CGI
// script, which has no proxy from HTTP_PROXY, and so the members would not find each other.
var (
	readNames    = []string{"GODEBUG", "GOMEMLIMIT", "GOTRACEBACK", "REQUEST_METHOD", "RES_OPTIONS", "LOCALDOMAIN"}
	readPrefixes = []string{"GRPC_", "ETCD_", "ETCDCTL_", "GOFAIL_", "OTEL_"}
)

func matters(name string) bool {
	return slices.Contains(readNames, name) || strings.HasSuffix(strings.ToUpper(name), "_PROXY") ||
		slices.ContainsFunc(readPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}
