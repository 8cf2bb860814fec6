package cluster

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"aftershock/internal/slow"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
)

// elsewhere takes all addresses for those of other machines, so that no test has to leave this one.
func elsewhere(netip.Addr) bool { return false }

// allowedAt allows a member's endpoint.
func allowedAt(t testing.TB, endpoint string) Allowed {
	t.Helper()
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ParseAllowed(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAClusterElsewhereIsReachedWhereItIsAllowed(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	config := externally(theirs)
	config.External.here = elsewhere
	_, err := SurveyExternal(patience(t), config)
	host := strings.TrimPrefix(config.External.Endpoints[0], "http://")
	if err == nil || !strings.Contains(err.Error(), "is not on this machine") ||
		!strings.Contains(err.Error(), "--allow-host "+host) {
		t.Errorf("not allowed: %v", err)
	}
	config.External.Allowed = []Allowed{allowedAt(t, config.External.Endpoints[0])}
	x, err := AttachExternal(patience(t), config)
	if err != nil {
		t.Fatal(err)
	}
	if address, err := x.Pin("collector", x.Members()[0]); err != nil || !strings.HasPrefix(address, "127.0.0.1:") {
		t.Errorf("a client's link at %s, %v", address, err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatMembersAdvertiseHasToBeAllowed(t *testing.T) {
	config := ExternalConfig{Allowed: []Allowed{
		{Host: "192.0.2.7", Port: 2379, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.7")}},
		{Host: "etcd-1.example", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.8")}},
	}}
	for advertised, want := range map[string]string{
		"http://192.0.2.7:2379": "", "https://ETCD-1.example:2379": "", "http://192.0.2.8:4001": "",
		"http://127.0.0.1:2379": "", "http://localhost:2379": "",
		"http://192.0.2.7:2380":        "allow it with --allow-host 192.0.2.7:2380",
		"https://etcd-2.example:2379":  `tells clients to dial "https://etcd-2.example:2379", which was not allowed`,
		"http://[2001:db8::1]:2379":    "--allow-host [2001:db8::1]:2379",
		"unix:///var/run/etcd.sock":    "was not allowed",
		"http://192.0.2.7:2379%zz\x7f": "was not allowed",
	} {
		m := &etcdserverpb.Member{Name: "n1", ClientURLs: []string{advertised}}
		err := config.checkAdvertised(m)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", advertised, err, want)
		}
		if err := (ExternalConfig{}).checkAdvertised(m); err != nil {
			t.Errorf("behind a tunnel: %v", err)
		}
	}
}

// A name in an endpoint is whom the member's certificate has to be for; all others are for their addresses.
func TestNamesInCertificatesAreThoseOfEndpoints(t *testing.T) {
	c, err := (ExternalConfig{
		Endpoints: []string{"https://192.0.2.7:2379"}, Names: map[string]string{"192.0.2.7:2379": "etcd-1.example"},
	}).control()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.tlsFor("https://192.0.2.7:2379").ServerName; got != "etcd-1.example" {
		t.Errorf("the name is %q", got)
	}
	if got := c.tlsFor("https://192.0.2.8:2379").ServerName; got != "" {
		t.Errorf("another's is %q", got)
	}
}

func TestParseAllowed(t *testing.T) {
	for text, want := range map[string]string{
		"etcd-1.example": "etcd-1.example", "ETCD-1.example:2379": "etcd-1.example:2379", "192.0.2.7": "192.0.2.7",
		"192.0.2.7:2379": "192.0.2.7:2379", "2001:db8::7": "2001:db8::7", "[2001:db8::7]": "2001:db8::7",
		"[2001:db8:0::7]:2379": "[2001:db8::7]:2379", "::ffff:192.0.2.7": "192.0.2.7",
	} {
		a, err := ParseAllowed(text)
		named := strings.Contains(want, "example")
		if err != nil || a.String() != want || named != (len(a.Addresses) == 0) {
			t.Errorf("%q is %q, %v", text, a, err)
		}
	}
	for text, want := range map[string]string{
		"": "is neither a name", "http://etcd-1:2379": "is neither", "etcd-1:0": "has no port",
		"etcd-1:99999": "has no port",
		"etcd-1:02379": "has no port", "10.0.0.0/8": "is neither", "*.example": "is neither", "-a": "is neither",
		"0.0.0.0": "is no address of one machine", "224.0.0.1:2379": "is no address",
		"255.255.255.255": "is no address",
		"[::]:2379":       "is no address", "7": "is neither", "a b": "is neither",
	} {
		if a, err := ParseAllowed(text); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), "(allowed: a name or an IP address") {
			t.Errorf("%q is %+v, %v, want %q", text, a, err, want)
		}
	}
}

// What is read is written as it would be read again, and never allows all addresses at once.
func FuzzParseAllowed(f *testing.F) {
	for _, text := range []string{"etcd-1.example:2379", "[2001:db8::7]:2379", "192.0.2.7", "::1", "0.0.0.0:1",
		"[[x]]:2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAllowed(text)
		if err != nil {
			return
		}
		again, err := ParseAllowed(a.String())
		if err != nil || again.Host != a.Host || again.Port != a.Port || len(again.Addresses) != len(a.Addresses) {
			t.Errorf("%q is %+v, and that is %+v, %v", text, a, again, err)
		}
		for _, address := range a.Addresses {
			if address.IsUnspecified() || address.IsMulticast() {
				t.Errorf("%q allows %s", text, address)
			}
		}
	})
}
