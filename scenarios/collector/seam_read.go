package collector

import (
	"context"
	"errors"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/codes"
)

// LookupKey is what requests look up: a key that another client writes all the time. Its value is when it was
// written.
const LookupKey = prefix + "lookup"

// Reader looks something up in etcd on behalf of requests. It dials a client of its own: its wire has none, because
// attempts of reads are counted only on clients that were dialled for reading.
type Reader interface {
	// Connect dials. It is called once, before anything is read, and the service does not start when it fails. That it does
	// not fail says little: a client of etcd's connects when it is first used.
	Connect() error
	// Read gives the value of LookupKey. The request ends with its deadline at the latest, and does not wait for the
	// answer then. It is called by many goroutines.
	Read(request context.Context) (value string, err error)
}

var errNothingThere = errors.New("there is no key " + LookupKey)

// Value is that of the key that was asked for.
func Value(response *clientv3.GetResponse, err error) (string, error) {
	switch {
	case err != nil:
		return "", err
	case len(response.Kvs) == 0:
		return "", errNothingThere
	}
	return string(response.Kvs[0].Value), nil
}

// Unavailable tells whether an error says that it may pass, such as that the member has no leader (rpctypes.ErrNoLeader),
// or that a connection broke. It is what etcd's client itself repeats reads for (client/v3 retry.go).
func Unavailable(err error) bool { return code(err) == codes.Unavailable }
