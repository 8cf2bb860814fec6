package main

import (
	"context"
	"net/netip"
	"strings"
	"testing"
)

// A name is looked up once, and what it led to is what is dialled. 127.0.0.1 stands for another machine here.
func TestAllowedNamesAreReachedWhereTheyLed(t *testing.T) {
	asked := 0
	known := names(map[string][]string{"etcd-1.example": {"127.0.0.1"}, "etcd-2.example": {"192.0.2.9"}})
	counted := func(ctx context.Context, network, host string) ([]netip.Addr, error) {
		asked++
		return known(ctx, network, host)
	}
	var f externalFlags
	f.names = map[string]string{}
	f.endpoints = []string{"https://ETCD-1.example:1", "https://192.0.2.9:2379"}
	f.hosts = []string{"etcd-1.example"}
	f.hostsFile = fileOf(t, "# staging\n\netcd-2.example:2379 # the second\n")
	var said strings.Builder
	if err := f.resolveNames(t.Context(), counted, &said); err != nil {
		t.Fatal(err)
	}
	if asked != 2 || f.endpoints[0] != "https://127.0.0.1:1" || f.names["127.0.0.1:1"] != "ETCD-1.example" {
		t.Errorf("asked %d times, endpoints %q, names %v", asked, f.endpoints, f.names)
	}
	for _, want := range []string{
		"allowed: etcd-1.example is at 127.0.0.1 throughout", "allowed: etcd-2.example:2379 is at 192.0.2.9",
		"ETCD-1.example is allowed, and is reached at 127.0.0.1:1 throughout",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not said: %s", want, said.String())
		}
	}
	// The command names the endpoints as they were given: their certificates are for names.
	const named = "--endpoints https://ETCD-1.example:1,https://192.0.2.9:2379 "
	if got := strings.Join(f.words(), " "); !strings.HasPrefix(got, named) ||
		!strings.Contains(got, "--allow-host etcd-1.example --allow-hosts "+f.hostsFile) {
		t.Errorf("the command has %s", got)
	}
	x, err := f.runtime()
	if err != nil || len(x.External.Allowed) != 2 || x.External.Check() != nil {
		t.Errorf("%+v, %v, %v", x.External, err, x.External.Check())
	}
	x.External.Allowed = nil
	if err := x.External.Check(); err == nil || !strings.Contains(err.Error(), "--allow-host 192.0.2.9:2379") {
		t.Errorf("without the list: %v", err)
	}
}

func TestAllowedHostsThatAreRefused(t *testing.T) {
	empty, wrong := fileOf(t, "# none\n"), fileOf(t, "etcd-1.example\n\n10.0.0.0/8\n")
	run := "run calm --cluster external --endpoints http://127.0.0.1:1 "
	for _, c := range []struct{ args, want string }{
		{run + "--allow-host 10.0.0.0/8", `--allow-host: "10.0.0.0/8" is neither a name nor an address (allowed: `},
		{run + "--allow-host 0.0.0.0", `--allow-host: "0.0.0.0" is no address of one machine`},
		{run + "--allow-hosts ./none.txt", "--allow-hosts: open ./none.txt: no such file"},
		{run + "--allow-hosts " + empty, "--allow-hosts: " + empty + " names no host"},
		{run + "--allow-hosts " + wrong, wrong + `:3: "10.0.0.0/8" is neither a name nor an address`},
		{"run calm --allow-host 192.0.2.7", "--allow-host is for an external cluster"},
		{"run calm --cluster external --endpoints http://192.0.2.7:1 --allow-host 192.0.2.7:2379",
			"--allow-host 192.0.2.7:1"}, // another port
	} {
		code, stdout, stderr := aftershock(strings.Fields(c.args)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, want %q: %s%s", c.args, code, c.want, stdout, stderr)
		}
	}
	known := names(map[string][]string{"far.example": {"192.0.2.9"}})
	for name, f := range map[string]externalFlags{
		"gone.example has no address": {hosts: []string{"gone.example"}},
		"allow it with --allow-host far.example:2379": {
			endpoints: []string{"http://far.example:2379"}, hosts: []string{"far.example:2380"},
		},
	} {
		err := f.resolveNames(t.Context(), known, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
}

// Whatever a list holds, it is read or refused with its line, and a host that is allowed was named by a line.
func FuzzAllowedHosts(f *testing.F) {
	for _, text := range []string{"etcd-1\n# x\n192.0.2.7:2379", "\n\n", "::1 # six", "a:b:c", "#"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := parseHosts("list", text)
		if err != nil && !strings.HasPrefix(err.Error(), "list") || len(all) > strings.Count(text, "\n")+1 {
			t.Errorf("%q is %v, %v", text, all, err)
		}
		for _, a := range all {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(a.Host)) && len(a.Addresses) == 0 {
				t.Errorf("%q allows %s", text, a)
			}
		}
	})
}
