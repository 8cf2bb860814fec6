package faults

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/clock"
)

// alertExpired is what a member tells a peer or client whose certificate has expired (certificate_expired, RFC 8446,
// B.2).
const alertExpired tls.AlertError = 45

// expired tells whether a handshake failed because the certificate of either side had expired.
func expired(err error) bool {
	var invalid x509.CertificateInvalidError // ours to refuse
	if errors.As(err, &invalid) {
		return invalid.Reason == x509.Expired
	}
	var told *net.OpError // refused by the other side; crypto/tls keeps the alert's type to itself
	return errors.As(err, &told) && told.Op == "remote error" && told.Err.Error() == alertExpired.Error()
}

// Each question is a handshake, which costs a member some hundred microseconds of CPU time.
const (
	askInterval = 50 * time.Millisecond
	askPatience = 2 * time.Second // for one answer
)

// keepAsking asks until the answer is no error, and tells when that was. Members do not report which certificates they
// show, so the fault has to ask.
func keepAsking(ctx context.Context, ask func(context.Context) error) (clock.Nanos, error) {
	sight, err := askUntil(ctx, askInterval, func(ctx context.Context) (chaos.Sight, error) {
		asking, cancel := context.WithTimeout(ctx, askPatience)
		defer cancel()
		err := ask(asking)
		return chaos.Sight{At: clock.Now()}, err
	})
	return sight.At, err
}

// dialledAnew is an error until a connection was opened over the link beyond those that there were.
func dialledAnew(link *network.Link, were int64) error {
	if link.Opened() > were {
		return nil
	}
	return fmt.Errorf("there was no new connection over %s", link)
}

// short is the part of a serial that tells a few from each other.
func short(serial string) string { return serial[:min(8, len(serial))] }
