package faults_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// certified is a fake with certificates, whose handshakes go as its test says.
type certified struct {
	*chaostest.Cluster
	issued []string // "n2 expired", in order
	serial func() (string, error)
	refuse error // of Handshake
	link   *network.ClientLink
}

func (c *certified) Reissue(holder string, life chaos.Life) (string, error) {
	what := "reissue " + holder + " " + string(life)
	c.issued = append(c.issued, holder+" "+string(life))
	return fmt.Sprint("serial", len(c.issued)), c.Act(context.Background(), what)
}

func (c *certified) Serial(context.Context, string, chaos.Side) (string, error) { return c.serial() }

func (c *certified) Handshake(context.Context, string) error { return c.refuse }

func (c *certified) ResetPeers(a, b string) (int, error) {
	return 2, c.Act(context.Background(), "reset "+a+" "+b)
}

func (c *certified) ClientLink(client string) (*network.ClientLink, error) {
	return c.link, c.Act(context.Background(), "link "+client)
}

// withCertificates is the fake of three whose client "collector" is pinned to n2 over a link that leads nowhere.
func withCertificates(t *testing.T) *certified {
	t.Helper()
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	link, err := network.ListenClient("collector", "n2", deaf.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { link.Close(); deaf.Close() })
	return &certified{Cluster: chaostest.New(), link: link}
}

// over is a context that has ended: who asks asks once.
func over() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

var (
	hasExpired = &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}
	toldSo     = &net.OpError{Op: "remote error", Err: tls.AlertError(45)}
)

func TestOnlyARefusalForExpiryIsTheEffectOfOne(t *testing.T) {
	for _, k := range []struct {
		name   string
		serial string
		err    error
		want   string // the error; "" is the effect
	}{
		{"we refuse", "serial1", hasExpired, ""},
		{"the member refuses", "serial1", toldSo, ""},
		{"it is accepted", "serial1", nil, "n2's certificate serial1 is accepted by its peers"},
		{"another one is shown", "serial0", hasExpired, "n2 shows its peers the certificate serial0, and was " +
			"issued serial1"},
		{"it is not trusted", "serial1", x509.UnknownAuthorityError{},
			"refused, but not for its expiry: x509: certificate signed by unknown"},
		{"it is not yet valid for that use", "serial1", x509.CertificateInvalidError{Reason: x509.IncompatibleUsage},
			"refused, but not for its expiry"},
		{"another alert", "serial1", &net.OpError{Op: "remote error", Err: tls.AlertError(42)},
			"refused, but not for its expiry"},
		{"no answer", "", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, "refused, but not for " +
			"its expiry"},
	} {
		t.Run(k.name, func(t *testing.T) {
			c := withCertificates(t)
			c.serial = func() (string, error) { return k.serial, k.err }
			ongoing, err := inject(t, c, plan.Event{Fault: "cert-expiry", Target: "follower.0"})
			if err != nil {
				t.Fatal(err)
			}
			if k.want == "" {
				lost := chaos.Observation{At: clock.Now(), Member: "n2", Kind: chaos.Lost, Leader: "n1"}
				c.Say(lost)
				sight, err := ongoing.Effective(t.Context())
				if err != nil || sight.At != lost.At ||
					sight.Saw != "n2 is refused, its certificate serial1 has expired; n2 lost its leader n1" {
					t.Errorf("saw %+v, %v", sight, err)
				}
				return
			}
			if sight, err := ongoing.Effective(over()); err == nil || !strings.HasPrefix(err.Error(), k.want) {
				t.Errorf("saw %+v, error %v\nwant %s", sight, err, k.want)
			}
		})
	}
}

func TestAnExpiryResetsTheMembersConnectionsAndNoOthers(t *testing.T) {
	c := withCertificates(t)
	ongoing, err := inject(t, c, plan.Event{Fault: "cert-expiry", Target: "client.collector"})
	if err != nil {
		t.Fatal(err)
	}
	want := "[reissue n2 expired reset n2 n1 reset n2 n3 link collector]"
	if got := fmt.Sprint(c.Operations()); got != want {
		t.Errorf("did %s\nwant %s", got, want)
	}
	if got, want := fmt.Sprint(ongoing.Resolved()), "map[reset:4 serial:serial1 target:n2]"; got != want {
		t.Errorf("resolved %s, want %s", got, want)
	}
	for range 2 {
		if err := ongoing.Heal(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if got := fmt.Sprint(c.issued); got != "[n2 expired n2 valid n2 valid]" {
		t.Errorf("issued %s", got)
	}
}

func TestAnExpiryThatCannotBeInjectedLeavesAValidCertificate(t *testing.T) {
	c := withCertificates(t)
	c.Fails["reset n2 n3"] = errors.New("no such link")
	if _, err := inject(t, c, plan.Event{Fault: "cert-expiry", Target: "n2"}); err == nil ||
		err.Error() != "no such link" {
		t.Errorf("error %v", err)
	}
	if got := fmt.Sprint(c.issued); got != "[n2 expired n2 valid]" {
		t.Errorf("issued %s", got)
	}
}

func TestAClientThatDoesNotDialAgainWasNotRefused(t *testing.T) {
	c := withCertificates(t)
	c.refuse = toldSo
	ongoing, err := inject(t, c, plan.Event{Fault: "client-cert-expiry", Target: "client.collector"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ongoing.Effective(over()); err == nil || !strings.HasPrefix(err.Error(), "there was no new "+
		"connection over collector -> n2") {
		t.Errorf("error %v", err)
	}
	dialled, err := net.Dial("tcp", c.link.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	if sight, err := ongoing.Effective(t.Context()); err != nil ||
		sight.Saw != "client collector is refused, its certificate has expired" {
		t.Errorf("saw %+v, %v", sight, err)
	}
	c.refuse = nil
	if _, err := ongoing.Effective(over()); err == nil ||
		!strings.HasPrefix(err.Error(), "client collector is still let in") {
		t.Errorf("error %v", err)
	}
	if err := ongoing.Heal(t.Context()); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(c.issued); got != "[client.collector expired client.collector valid]" {
		t.Errorf("issued %s", got)
	}
	if sight, err := ongoing.Recovered(t.Context()); err != nil || sight.Saw != "client collector is let in" {
		t.Errorf("saw %+v, %v", sight, err)
	}
}

func TestWhoseCertificateExpiresIsAClient(t *testing.T) {
	c := withCertificates(t)
	_, err := inject(t, c, plan.Event{Fault: "client-cert-expiry", Target: "n2"})
	if err == nil || err.Error() != `unknown client to hit "n2" (allowed: client.collector)` || len(c.issued) > 0 {
		t.Errorf("issued %v, error %v", c.issued, err)
	}
}

func TestARotationReplacesThoseOfWhomItIsTold(t *testing.T) {
	for _, k := range []struct{ who, reset, issued, done string }{
		{"all", "no", "[n1 valid n2 valid n3 valid client.collector valid]", ""},
		{"members", "no", "[n1 valid n2 valid n3 valid]", ""},
		{"clients", "no", "[client.collector valid]", ""},
		{"clients", "yes", "[client.collector valid]", "link collector"},
	} {
		c := withCertificates(t)
		_, err := inject(t, c, plan.Event{Fault: "cert-rotation", Params: plan.Params{"who": k.who, "reset": k.reset}})
		if got := fmt.Sprint(c.issued); got != k.issued || err != nil {
			t.Errorf("%s: issued %s, want %s, %v", k.who, got, k.issued, err)
		}
		if done := strings.Join(c.Operations()[len(c.issued):], " "); done != k.done {
			t.Errorf("%s, reset %s: did %q, want %q", k.who, k.reset, done, k.done)
		}
	}
}

func TestARotationIsSeenWhereItIsShown(t *testing.T) {
	rotate := plan.Event{Fault: "cert-rotation", Params: plan.Params{"who": "members", "reset": "no"}}
	c := withCertificates(t)
	ongoing, err := inject(t, c, rotate)
	if err != nil {
		t.Fatal(err)
	}
	c.serial = func() (string, error) { return "serial1", nil } // all show what n1 was issued
	want := "n2 shows its peers the certificate serial1, and was issued serial2"
	if _, err := ongoing.Effective(over()); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestARotationWithoutConnectionsHasNoEffect(t *testing.T) {
	c := withCertificates(t)
	for _, k := range []struct {
		pinned map[string]string
		want   string
	}{
		{c.Pins, "no handshake is needed: there was no connection to be reset"},
		{nil, "there is no certificate that could be replaced"},
	} {
		c.Pins = k.pinned
		ongoing, err := inject(t, c, plan.Event{Fault: "cert-rotation",
			Params: plan.Params{"who": "clients", "reset": "yes"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ongoing.Effective(t.Context()); err == nil || err.Error() != k.want {
			t.Errorf("error %v, want %s", err, k.want)
		}
	}
}
