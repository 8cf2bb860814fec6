package lookups

import (
	"context"
	"errors"

	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Key is what requests look up: a key that another client writes all the time. Its value is when it was
// written.
const Key = part.Prefix + "lookup"

// Reader looks something up in etcd on behalf of requests. It dials a client of its own: its wire has none, because
// attempts of reads are counted only on clients that were dialled for reading.
type Reader interface {
	// Connect dials. It is called once, before anything is read, and the service does not start when it fails. That it
	// does not fail says little: a client of etcd's connects when it is first used.
	Connect() error
	// Read gives the value of Key. The request ends with its deadline at the latest, and does not wait for the
	// answer then. It is called by many goroutines.
	Read(request context.Context) (value string, err error)
}

var errNothingThere = errors.New("there is no key " + Key)

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
