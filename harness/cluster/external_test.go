package cluster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// endpoints are what a user would be given of a cluster.
func endpoints(c Cluster) []string {
	var all []string
	for _, e := range c.Endpoints() {
		all = append(all, e.ClientURL)
	}
	return all
}

func attach(t *testing.T, c Cluster) *External {
	t.Helper()
	x, err := AttachExternal(patience(t), externally(c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func externally(c Cluster) Config {
	return Config{Members: len(c.Members()), External: &ExternalConfig{Endpoints: endpoints(c)}}
}

// foreign boots a cluster that holds nothing: not even what its boot has written.
func foreign(t *testing.T, members int) *Processes {
	t.Helper()
	c := start(t, config(t, members))
	empty(t, c)
	return c
}

func empty(t *testing.T, c Cluster) {
	t.Helper()
	client, err := c.Admin(c.Members()[0])
	if err == nil {
		_, err = client.Delete(patience(t), "", clientv3.WithPrefix())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// put writes a key as the cluster's owner.
func put(t *testing.T, c Cluster, key string) {
	t.Helper()
	client, err := c.Admin(c.Members()[0])
	if err == nil {
		_, err = client.Put(patience(t), key, "a value that no other client reads")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// keys lists all keys of a cluster.
func keys(t *testing.T, c Cluster) []string {
	t.Helper()
	client, err := c.Admin(c.Members()[0])
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.Get(patience(t), "", clientv3.WithPrefix(), clientv3.WithKeysOnly())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, kv := range got.Kvs {
		all = append(all, string(kv.Key))
	}
	return all
}

func TestAnExternalClusterSuffersWhatItsAPIOffers(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 3)
	x := attach(t, theirs)
	if got, want := fmt.Sprint(x.Members()), fmt.Sprint(theirs.Members()); got != want {
		t.Errorf("members %v, want %v", got, want)
	}
	if got := keys(t, theirs); !slices.Equal(got, []string{OwnerKey, probeKey}) {
		t.Errorf("after the attachment the cluster holds %q", got)
	}
	if _, err := x.Pin("collector", "n2"); err != nil {
		t.Fatal(err)
	}
	events := []plan.Event{{ID: "e1", Fault: "leader-transfer", Target: "leader", To: "follower.1"}}
	reached := map[chaos.Stage]chaos.Moment{}
	if err := chaos.Play(patience(t), clock.Now(), events, x, faults.Find,
		func(m chaos.Moment) { reached[m.Stage] = m }); err != nil {
		t.Fatalf("%v; seen: %+v", err, x.Observations())
	}
	to := reached[chaos.Injected].Resolved["to"]
	took := func(l chaos.Leadership) bool { return l.Member == to }
	if leader, err := theirs.awaitLeader(patience(t), took); err != nil { // who is told a moment later
		t.Errorf("leadership was transferred to %s, and its owner sees %+v: %v", to, leader, err)
	}
	if reached[chaos.Effective].Observed == "" || reached[chaos.Recovered].At == 0 {
		t.Errorf("reached %+v", reached)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, theirs); len(got) != 0 {
		t.Errorf("the attachment left %q", got)
	}
	if err := theirs.Write(patience(t)); err != nil {
		t.Errorf("its owner's cluster does not answer any more: %v", err)
	}
}

// The links of our own clients are ours on any cluster, and faults of links with on=clients have their effect there.
func TestLinksOfClientsAreHurtOnAnExternalCluster(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 3)
	x := attach(t, theirs)
	w := talk(t, x, "n2")
	began := clock.Now()
	var events []plan.Event
	for i, fault := range []string{"link-latency", "link-bandwidth", "link-slow-start", "link-reset"} {
		rule, err := faults.Find(fault)
		if err != nil {
			t.Fatal(err)
		}
		f := spec(fault, "client.tenant", 0, plan.Params{"on": "clients"})
		f.At = time.Duration(2*i) * time.Second
		if rule.Held {
			f.For = time.Second
		}
		switch fault {
		case "link-latency":
			f.Params["latency"] = "100ms"
		case "link-bandwidth":
			f.Params["rate"] = "1KiB"
		}
		p := plan.Expand("test", plan.Spec{Members: 3, Faults: []plan.FaultSpec{f}}, faults.Rules(), 1, 1)
		p.Events[0].ID = fault
		events = append(events, p.Events...)
	}
	seen := map[string]string{}
	err := chaos.Play(patience(t), began, events, x, faults.Find, func(m chaos.Moment) {
		if m.Stage == chaos.Effective {
			seen[m.Event] = m.Observed
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for fault, saw := range map[string]string{
		"link-latency": " delayed ", "link-bandwidth": " made bytes wait ", "link-slow-start": " made bytes wait ",
		"link-reset": "n2 lost ",
	} {
		if !strings.Contains(seen[fault], saw) {
			t.Errorf("of %s was seen %q, want %q", fault, seen[fault], saw)
		}
	}
	if slowest, failed := w.worst(); failed == 0 && slowest < 200*time.Millisecond {
		t.Errorf("the slowest write took %v, over links of 100ms there and back", slowest)
	}
	if err := theirs.Write(patience(t)); err != nil {
		t.Errorf("its owner's cluster does not answer any more: %v", err)
	}
}

// A member that does not answer may be alive: it loses its leader in our eyes, and is not said to have ended.
func TestAnExternalMemberThatFallsSilent(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 3)
	x, err := AttachExternal(patience(t), externally(theirs))
	if err != nil {
		t.Fatal(err)
	}
	leader, _ := x.Leader()
	before := clock.Now()
	if err := theirs.Pause(leader.Member); err != nil {
		t.Fatal(err)
	}
	await(t, x, before, "it falls silent", func(o chaos.Observation) bool {
		return o.Member == leader.Member && o.Kind == chaos.Lost && o.Leader == leader.Member
	})
	elected := await(t, x, before, "the others elect", func(o chaos.Observation) bool {
		return o.Member != leader.Member && o.Follows(o.Leader) && o.Leader != leader.Member
	})
	resumed := clock.Now()
	if err := theirs.Resume(leader.Member); err != nil {
		t.Fatal(err)
	}
	await(t, x, resumed, "it answers again", func(o chaos.Observation) bool {
		return o.Member == leader.Member && o.Kind == chaos.Started
	})
	await(t, x, resumed, "it follows the other", func(o chaos.Observation) bool {
		return o.Member == leader.Member && o.Follows(elected.Leader)
	})
	for _, o := range x.Observations() {
		if o.Kind == chaos.Exited {
			t.Errorf("%+v", o)
		}
	}
	if _, err := theirs.Crash(patience(t), "n3"); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err == nil || !strings.Contains(err.Error(), "member n3 at "+theirs.Endpoints()[2].ClientURL+" does not answer any more") {
		t.Errorf("closed after a member was gone: %v", err)
	}
}

func TestAnExternalClusterIsNeverStopped(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	x := attach(t, theirs)
	for name, act := range map[string]func() error{
		"crash":     func() error { _, err := x.Crash(t.Context(), "n1"); return err },
		"stop":      func() error { _, err := x.Stop(t.Context(), "n1"); return err },
		"pause":     func() error { return x.Pause("n1") },
		"restart":   func() error { return x.Restart(t.Context(), "n1") },
		"remove":    func() error { return x.Remove(t.Context(), "n1") },
		"partition": func() error { _, err := x.Partition(chaos.Grudge{"n1": {"n2"}}); return err },
	} {
		if err := act(); err == nil || !strings.Contains(err.Error(), "members of an external cluster cannot") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if setups, cpu, deaths := x.Setups(), x.CPU(), x.Deaths(); setups != nil || cpu != 0 || deaths != nil {
		t.Errorf("setups %v, CPU %v, deaths %v", setups, cpu, deaths)
	}
}

// lock makes a cluster ask for a user.
func lock(t *testing.T, c Cluster, password string) {
	t.Helper()
	client, err := c.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	ctx := patience(t)
	_, added := client.UserAdd(ctx, "root", password)
	_, granted := client.UserGrantRole(ctx, "root", "root")
	_, enabled := client.AuthEnable(ctx)
	if err := errors.Join(added, granted, enabled); err != nil {
		t.Fatal(err)
	}
}

func TestAnExternalClusterWithUsers(t *testing.T) {
	slow.Boots(t)
	theirs := foreign(t, 1)
	lock(t, theirs, "right")
	c := externally(theirs)
	if _, err := AttachExternal(patience(t), c); err == nil || !strings.Contains(err.Error(), "asks for a user and a password") {
		t.Errorf("without a user: %v", err)
	}
	c.External.User, c.External.Password = "root", "wrong"
	_, err := AttachExternal(patience(t), c)
	if err == nil || !strings.Contains(err.Error(), "authentication failed") || strings.Contains(err.Error(), "wrong") {
		t.Errorf("with a wrong password: %v", err)
	}
	c.External.Password = "right"
	x, err := AttachExternal(patience(t), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.Write(patience(t)), x.Close()); err != nil {
		t.Error(err)
	}
}

func TestAnExternalClusterWithTLS(t *testing.T) {
	slow.Boots(t)
	theirs, _, _ := secured(t, 1)
	empty(t, theirs)
	files := theirs.ClientTLS("tenant")
	other, _, _ := secured(t, 1)
	others := other.ClientTLS("tenant")
	for name, c := range map[string]struct{ ca, cert, key, want string }{
		"no files":          {"", "", "", "unknown authority"},
		"another authority": {others.Authority, files.Cert, files.Key, "unknown authority"},
		"no certificate":    {files.Authority, "", "", "certificate required"},
		"another's":         {files.Authority, others.Cert, others.Key, "remote error: tls"},
	} {
		config := externally(theirs)
		config.External.CA, config.External.Cert, config.External.Key = c.ca, c.cert, c.key
		if _, err := SurveyExternal(patience(t), config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
	plain := externally(theirs)
	plain.External.Endpoints[0] = "http" + strings.TrimPrefix(plain.External.Endpoints[0], "https")
	if _, err := SurveyExternal(patience(t), plain); err == nil || !strings.Contains(err.Error(), "http for https") {
		t.Errorf("http to a member that talks https: %v", err)
	}

	right := externally(theirs)
	right.External.CA, right.External.Cert, right.External.Key = files.Authority, files.Cert, files.Key
	x, err := AttachExternal(patience(t), right)
	if err != nil {
		t.Fatal(err)
	}
	address, err := x.Pin("collector", "n1")
	if err != nil {
		t.Fatal(err)
	}
	if err := as(t, x.ClientTLS("collector"), address).write(patience(t), "n1"); err != nil {
		t.Errorf("through its link: %v", err)
	}
	if x.ClientTLS("unknown") != nil {
		t.Error("a client that is not pinned has files")
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatIsSeenBetweenTwoLooks(t *testing.T) {
	silent, lost := look{}, look{answered: true, term: 5}
	follows := func(leader string, term uint64) look { return look{true, leader, term} }
	for name, c := range map[string]struct {
		was, is look
		want    string
	}{
		"first":           {silent, follows("n1", 5), "[member-started leader-elected n1 5]"},
		"first, leadless": {silent, lost, "[member-started]"},
		"the same":        {follows("n1", 5), follows("n1", 5), "[]"},
		"still no leader": {lost, look{answered: true, term: 6}, "[]"},
		"another":         {follows("n1", 5), follows("n2", 6), "[leader-changed n2 6]"},
		"a new term":      {follows("n1", 5), follows("n1", 7), "[leader-changed n1 7]"},
		"lost":            {follows("n1", 5), lost, "[leader-lost n1 5]"},
		"lost by silence": {follows("n1", 5), silent, "[leader-lost n1 5]"},
		"found":           {lost, follows("n2", 6), "[leader-elected n2 6]"},
		"still silent":    {silent, silent, "[]"},
	} {
		var got []string
		for _, o := range c.was.changes(c.is, "n3", 7) {
			if o.At != 7 || o.Member != "n3" {
				t.Errorf("%s: %+v", name, o)
			}
			words := string(o.Kind)
			if o.Leader != "" {
				words += fmt.Sprint(" ", o.Leader, " ", o.Term)
			}
			got = append(got, words)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestATornLookIsNotTakenForAnElection(t *testing.T) {
	led := chaos.Leadership{Member: "n1", Term: 5}
	for is, want := range map[look]bool{
		{true, "n2", 5}: true, // the term of the election has not arrived
		{true, "n2", 6}: false,
		{true, "n1", 5}: false,
		{true, "n1", 7}: false,
		{true, "", 5}:   false,
		{}:              false,
	} {
		if is.torn(led) != want {
			t.Errorf("after %+v, %+v is torn: %t, want %t", led, is, !want, want)
		}
	}
	if (look{true, "n2", 5}).torn(chaos.Leadership{}) {
		t.Error("the first look is torn")
	}
}

func TestASecretIsNeverFormatted(t *testing.T) {
	const marked = "marked-secret"
	c := ExternalConfig{User: "root", Password: marked}
	text, err := Secret(marked).MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %q %s", c, c, c, c.Password, c.Password, text)
	if strings.Contains(all, marked) {
		t.Errorf("a secret was formatted: %s", all)
	}
}
