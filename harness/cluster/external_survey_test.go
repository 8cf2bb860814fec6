package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"
)

func TestEndpointsThatAreRefused(t *testing.T) {
	const marked = "marked-secret"
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		config ExternalConfig
		want   string
	}{
		"none": {ExternalConfig{}, "needs endpoints"},
		"remote": {ExternalConfig{Endpoints: []string{"http://192.0.2.7:2379"}},
			"ssh -L or kubectl port-forward"},
		"any address":  {ExternalConfig{Endpoints: []string{"http://0.0.0.0:2379"}}, "not on this machine"},
		"a name":       {ExternalConfig{Endpoints: []string{"http://localhost:2379"}}, "an IP address in 127.0.0.0/8"},
		"no scheme":    {ExternalConfig{Endpoints: []string{"127.0.0.1:2379"}}, "such as http://127.0.0.1:2379"},
		"other scheme": {ExternalConfig{Endpoints: []string{"unix://127.0.0.1:2379"}}, "http or https"},
		"no port":      {ExternalConfig{Endpoints: []string{"http://127.0.0.1"}}, "and a port"},
		"a path":       {ExternalConfig{Endpoints: []string{"http://127.0.0.1:2379/v3"}}, "cannot be used"},
		"a password": {ExternalConfig{Endpoints: []string{"http://root:" + marked + "@127.0.0.1:2379"}},
			"never part of an endpoint"},
		"no URL": {ExternalConfig{Endpoints: []string{"http://root:" + marked + "%@127.0.0.1:2379"}},
			"is not a URL"},
		"twice":         {ExternalConfig{Endpoints: []string{"http://127.0.0.1:1", "http://127.0.0.1:1/"}}, "given twice"},
		"two kinds":     {ExternalConfig{Endpoints: []string{"http://127.0.0.1:1", "https://127.0.0.1:2"}}, "two kinds"},
		"files of http": {ExternalConfig{Endpoints: []string{"http://127.0.0.1:1"}, CA: "/dev/null"}, "certificates do nothing"},
		"no key":        {ExternalConfig{Endpoints: []string{"https://127.0.0.1:1"}, Cert: "/dev/null"}, "a certificate needs its key"},
		"no file":       {ExternalConfig{Endpoints: []string{"https://127.0.0.1:1"}, CA: "/none.pem"}, "/none.pem: no such file"},
		"empty file": {ExternalConfig{Endpoints: []string{"https://127.0.0.1:1"}, Cert: empty, Key: empty},
			"certificates: "},
		"a device": {ExternalConfig{Endpoints: []string{"https://127.0.0.1:1"}, CA: "/dev/null"},
			"is a device, and no regular file"},
		"no password": {ExternalConfig{Endpoints: []string{"http://127.0.0.1:1"}, User: "root"},
			"a user needs a password"},
		"no user": {ExternalConfig{Endpoints: []string{"http://127.0.0.1:1"}, Password: marked},
			"a user needs a password"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := SurveyExternal(t.Context(), Config{Members: 1, External: &c.config})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), marked) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
	if _, err := AttachExternal(t.Context(), Config{Members: 1}); err == nil || !strings.Contains(err.Error(), "needs endpoints") {
		t.Errorf("without a configuration: %v", err)
	}
}

func TestASurveyRefusesAnotherClusterThanIsMeant(t *testing.T) {
	slow.Boots(t)
	theirs, other := start(t, config(t, 3)), start(t, config(t, 1))
	all := endpoints(theirs)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := "http://" + silent.Addr().String()
	silent.Close()
	for name, c := range map[string]struct {
		members   int
		endpoints []string
		cluster   uint64
		want      []string
	}{
		"fewer members": {5, all, 0, []string{"the scenario is for 5 members, the cluster at the endpoints has 3"}},
		"more members":  {1, all, 0, []string{"the scenario is for 1 member, the cluster at the endpoints has 3"}},
		"one left out":  {3, all[:2], 0, []string{"no endpoint is member n3"}},
		"two clusters": {3, append(all[:2:2], endpoints(other)...), 0,
			[]string{endpoints(other)[0], "it belongs to cluster "}},
		"no listener": {3, append(all[:2:2], free), 0, []string{"endpoint " + free, "connection refused"}},
		"another":     {3, all, 42, []string{"and led to 2a before"}},
		"plain members": {3, []string{"https" + strings.TrimPrefix(all[0], "http"), "https://127.0.0.1:1",
			"https://127.0.0.1:2"}, 0, []string{"http for https or the reverse"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := SurveyExternal(patience(t), Config{Members: c.members, External: &ExternalConfig{Endpoints: c.endpoints, ClusterID: c.cluster}})
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want %q in it", err, want)
				}
			}
		})
	}
	if got := keys(t, other); len(got) != 1 { // what its own boot wrote
		t.Errorf("a survey wrote: %q", got)
	}
}

// Two ways to one member are not two members.
func TestASurveyRefusesOneMemberTwice(t *testing.T) {
	slow.Boots(t)
	theirs := start(t, config(t, 3))
	all := endpoints(theirs)
	detour, err := theirs.Pin("detour", "n1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = SurveyExternal(patience(t), Config{Members: 3, External: &ExternalConfig{
		Endpoints: []string{all[0], "http://" + detour, all[2]},
	}})
	for _, want := range []string{"endpoints " + all[0] + " and http://" + detour + " are the same member, n1", "no endpoint is member n2"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestASurveyRefusesMembersWithoutNamesOfTheirOwn(t *testing.T) {
	slow.Boots(t)
	theirs := start(t, config(t, 1))
	client, err := theirs.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.MemberAddAsLearner(patience(t), []string{"http://127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	_, err = SurveyExternal(patience(t), externally(theirs))
	if err == nil || !strings.Contains(err.Error(), "has no name: it was added and has never started") {
		t.Errorf("error %v", err)
	}
}

func TestKeysOfOthersAreRefusedAndKept(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	for _, outside := range [][]string{{"aftershocks"}, {"aftershock"}, {"a", "b", "registry/pods"}} {
		t.Run(strings.Join(outside, " "), func(t *testing.T) {
			for _, key := range outside {
				put(t, theirs, key)
			}
			c := externally(theirs)
			_, err := AttachExternal(patience(t), c)
			want := fmt.Sprintf("holds keys outside of aftershock/ (%d, the first is %q)", len(outside), outside[0])
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--allow-foreign-keys") || strings.Contains(err.Error(), "value") {
				t.Errorf("error %v, want %q in it", err, want)
			}
			before := keys(t, theirs)
			c.External.ForeignKeys = true
			x, err := AttachExternal(patience(t), c)
			if err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			if got := keys(t, theirs); len(before) != len(outside) || fmt.Sprint(got) != fmt.Sprint(outside) {
				t.Errorf("the cluster held %q, and holds %q afterwards", before, got)
			}
			empty(t, theirs)
		})
	}
}

// An interrupt does not wait for an answer.
func TestASurveyOfAnEndpointThatNeverAnswers(t *testing.T) {
	slow.Boots(t)
	theirs := start(t, config(t, 1))
	c := externally(theirs)
	if err := theirs.Pause("n1"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("the caller has had enough")
	time.AfterFunc(100*time.Millisecond, func() { cancel(enough) })
	if _, err := SurveyExternal(ctx, c); !errors.Is(err, context.Canceled) && !errors.Is(err, enough) {
		t.Errorf("interrupted: %v", err)
	}
}
