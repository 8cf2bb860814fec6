package cluster

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"aftershock/internal/regular"

	"google.golang.org/grpc"
)

// ExternalConfig says how an external cluster is reached.
type ExternalConfig struct {
	Endpoints []string // one for each voting member, such as http://127.0.0.1:2379; of this machine, or allowed
	// Allowed are the hosts beyond this machine that may be dialled; none by default.
	Allowed []Allowed
	// Names are the names in members' certificates, by the host and port of the endpoint, where they are others.
	Names     map[string]string
	CA        string // a PEM file with the authorities that vouch for the members; "" takes the system's
	Cert, Key string // PEM files that the members know us by; "" for both where they ask for none
	User      string // "" where the cluster asks for none
	Password  Secret
	// ForeignKeys allows keys outside of chaos.Prefix: without it, a cluster that holds any is refused.
	ForeignKeys bool
	// ClusterID is the expected cluster, so that a tunnel that leads elsewhere by now is noticed; 0 takes any.
	ClusterID uint64
	// here tells whether an address is of this machine; nil takes loopback addresses for that.
	here func(netip.Addr) bool
	// Claim is the run's hold on the cluster; with nil each attachment takes one of its own.
	Claim *Claim
}

// Secret is a text that is never printed or written down: formatting it prints a placeholder.
type Secret string

const redacted = "(secret)"

// String hides the text from fmt's verbs.
func (Secret) String() string { return redacted }

// GoString hides it from %#v as well.
func (Secret) GoString() string { return redacted }

// MarshalText hides it from files.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Check refuses clusters that cannot be attached to, or must not be, as far as that can be told without asking a
// member.
func (c ExternalConfig) Check() error {
	var errs []error
	if len(c.Endpoints) == 0 {
		errs = append(errs, errors.New("an external cluster needs endpoints: one for each member, such as "+
			"http://127.0.0.1:2379"))
	}
	schemes, seen := map[string]string{}, map[string]bool{}
	for _, text := range c.Endpoints {
		u, err := c.endpointURL(text)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if seen[u.Host] {
			errs = append(errs, fmt.Errorf("endpoint %s is given twice", text))
		}
		seen[u.Host], schemes[u.Scheme] = true, text
	}
	if len(schemes) > 1 {
		errs = append(errs, fmt.Errorf("endpoints %s and %s are of two kinds: the workload has one way to talk to "+
			"all members",
			schemes["http"], schemes["https"]))
	}
	return errors.Join(append(errs, c.checkFiles(len(schemes) == 1 && schemes["http"] != ""), c.checkUser())...)
}

// endpointURL reads an endpoint. Only loopback addresses are let through, and those that were allowed by name: a
// mistyped one must never send load and faults to another machine. Another way is a tunnel that its
// user has opened on purpose.
func (c ExternalConfig) endpointURL(text string) (*url.URL, error) {
	const allowed = "(allowed: http or https, an IP address in 127.0.0.0/8 or [::1], and a port, such as " +
		"http://127.0.0.1:2379)"
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("an endpoint is not a URL " + allowed) // not quoted: it may hold a password
	}
	if u.User != nil {
		return nil, errors.New("an endpoint holds a user: user and password are never part of an endpoint, which " +
			"is written down")
	}
	address, err := netip.ParseAddrPort(u.Host)
	switch {
	case u.Scheme != "http" && u.Scheme != "https", u.Port() == "", u.Path != "" && u.Path != "/", u.RawQuery != "",
		u.Fragment != "":
		return nil, fmt.Errorf("endpoint %q cannot be used %s", text, allowed)
	case err != nil || !c.reaches(address):
		return nil, fmt.Errorf("endpoint %q is not on this machine %s: load and faults only ever hit loopback "+
			"addresses and what was allowed; allow it with --allow-host %s, or bring a remote member here with ssh -L "+
			"or kubectl port-forward, and name its end here", text, allowed, u.Host)
	}
	return u, nil
}

func (c ExternalConfig) checkFiles(plain bool) error {
	var errs []error
	if plain && c.CA+c.Cert+c.Key != "" {
		errs = append(errs, errors.New("the endpoints are http, where certificates do nothing: use https, or "+
			"leave the files out"))
	}
	if (c.Cert == "") != (c.Key == "") {
		errs = append(errs, errors.New("a certificate needs its key, and a key its certificate: give both files or "+
			"none"))
	}
	for _, name := range []string{c.CA, c.Cert, c.Key} {
		if name == "" {
			continue
		}
		file, err := regular.Open(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		file.Close()
	}
	return errors.Join(errs...)
}

func (c ExternalConfig) checkUser() error {
	if (c.User == "") != (c.Password == "") {
		return errors.New("a user needs a password, and a password its user: give both or none")
	}
	return nil
}

// endpoints are those given, without a slash at their end.
func (c ExternalConfig) endpoints() (all []string) {
	for _, text := range c.Endpoints {
		all = append(all, strings.TrimSuffix(text, "/"))
	}
	return all
}

// files are the paths of the certificates for connections; nil for http.
func (c ExternalConfig) files() *TLSFiles {
	if !strings.HasPrefix(c.Endpoints[0], "https:") {
		return nil
	}
	return &TLSFiles{Cert: c.Cert, Key: c.Key, Authority: c.CA}
}

// Dialled gives what a member is dialled with, by its host and port: the certificates, and the name that the member's
// own has to be for. Of http it gives nil. Its error is one of the files.
func (c ExternalConfig) Dialled() (func(address string) *tls.Config, error) {
	made, err := c.control()
	if err != nil {
		return nil, err
	}
	return func(address string) *tls.Config { return made.tlsFor("https://" + address) }, nil
}

// control makes connections to members as the configuration says.
func (c ExternalConfig) control() (_ *control, err error) {
	made := newControl(nil)
	// Without a proxy of the environment: what is dialled is the address that was allowed.
	made.dial = []grpc.DialOption{leasedBy(made.lease.Load), grpc.WithNoProxy()}
	if made.tls, err = c.files().Config(); err != nil {
		return nil, fmt.Errorf("certificates: %w", err)
	}
	made.names = c.Names
	made.access = access{user: c.User, password: c.Password}
	return made, nil
}
