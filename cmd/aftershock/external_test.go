package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/harness/live"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"

	clientv3 "go.etcd.io/etcd/client/v3"
)

func TestARunOnAnExternalClusterLeavesItAsItWas(t *testing.T) {
	slow.Alone(t) // users take a lot of hashing
	theirs := theirCluster(t, 3)
	lock(t, owner(t, theirs, ""), marked)
	client := owner(t, theirs, marked)
	changed := written(t, client)
	out := t.TempDir()
	file := credentialsFile(t, "root:"+marked+"\nwhat follows is not read\n", 0o600)
	args := external(theirs, "testdata/theirs.yaml", out, "--credentials", file)
	code, stdout, stderr := apart(t, nil, args...)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	checkNowhere(t, out, stdout, stderr)
	if left := keysOf(t, client); len(left) != 0 {
		t.Errorf("the run left %q", left)
	}
	if left, err := client.Leases(t.Context()); err != nil || len(left.Leases) != 0 {
		t.Errorf("the run left leases %v, %v", left, err)
	}
	collected := 0
	for _, key := range changed() {
		if !strings.HasPrefix(key, harness.Prefix) {
			t.Errorf("the run wrote %q", key)
		}
		if strings.HasPrefix(key, harness.Prefix+"collector/") {
			collected++
		}
	}
	if collected < 10 {
		t.Errorf("the collector wrote %d times", collected)
	}
	for _, want := range []string{
		"warning: all trials ran on one external cluster", "warning: who leads was asked every 20 ms",
		"members: external cluster ", "n1 " + theirs.Endpoints()[0].ClientURL,
		strings.Join(args[5:], " "), // "--cluster" and all that follows repeats the run
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the table lacks %q:\n%s", want, stdout)
		}
	}
	run, err := results.ReadRun(onlyFolder(t, out))
	if err != nil || run.Cluster != results.External || len(run.External.Members) != 3 || run.External.Members[2].Etcd != run.Environment.Etcd ||
		run.DataRoot != "" {
		t.Errorf("run %+v, external %+v, %v", run, run.External, err)
	}
	checkAlive(t, theirs)
}

func TestOnlyAFaultThatIsAllowedHitsAnExternalCluster(t *testing.T) {
	slow.Boots(t)
	theirs := theirCluster(t, 3)
	client := owner(t, theirs, "")
	if _, err := client.Put(t.Context(), "registry/pods", "theirs"); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	code, stdout, stderr := aftershock(external(theirs, "testdata/theirs-moved.yaml", out, "--allow-fault", "leader-transfer")...)
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, `holds keys outside of aftershock/ (1, the first is "registry/pods")`) {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	if got := keysOf(t, client); len(got) != 1 {
		t.Fatalf("a run that was refused wrote %q", got)
	}
	// which a cluster that asks for no user passes over
	user := []string{"AFTERSHOCK_USER=stranger", "AFTERSHOCK_PASSWORD=" + marked}
	code, stdout, stderr = apart(t, user, external(theirs, "testdata/theirs-moved.yaml", out, "--allow-fault",
		"leader-transfer", "--allow-foreign-keys")...)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	folder := onlyFolder(t, out)
	checkNowhere(t, out, stdout, stderr)
	for _, arm := range []results.Arm{results.Before, results.After} {
		if trial := validTrial(t, folder, arm); len(trial.Faults) != 1 || trial.Faults[0].Effective <= 0 || trial.Faults[0].Recovered <= 0 ||
			trial.Elections.Planned != 1 || trial.CPU.Members != 0 {
			t.Errorf("%s: %+v", arm, trial)
		}
	}
	if got := keysOf(t, client); !slices.Equal(got, []string{"registry/pods"}) {
		t.Errorf("the run left %q", got)
	}
	checkAlive(t, theirs)
}

// The members of an external cluster are out of reach, and the links of our own clients are not.
func TestTheLinksOfClientsAreHurtOnAnExternalCluster(t *testing.T) {
	slow.Boots(t)
	theirs := theirCluster(t, 3)
	out := t.TempDir()
	code, _, stderr := apart(t, nil, external(theirs, "testdata/theirs-slowed.yaml", out, "--allow-fault",
		"link-latency")...)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	trial := validTrial(t, onlyFolder(t, out), results.After)
	if len(trial.Faults) != 1 || trial.Faults[0].Effective <= 0 || trial.Faults[0].Recovered <= 0 ||
		trial.Faults[0].Resolved["clients"] != "collector" {
		t.Errorf("%+v", trial.Faults)
	}
	if links := trial.Faults[0].Links; len(links) != 1 || links[0].LongestGap < 80*time.Millisecond {
		t.Errorf("no write was slow over links of 40ms there and back: %+v", links)
	}
	checkAlive(t, theirs)
}

func TestRunsOnAnExternalClusterThatAreRefused(t *testing.T) {
	slow.Boots(t)
	theirs := theirCluster(t, 1)
	theirURL := theirs.Endpoints()[0].ClientURL
	readable := credentialsFile(t, "root:"+marked, 0o644)
	lacking := credentialsFile(t, marked, 0o600)
	right := credentialsFile(t, "root:"+marked, 0o600)
	calm, moved := "testdata/theirs.yaml", "testdata/theirs-moved.yaml"
	for name, c := range map[string]struct {
		scenario string
		more     []string
		want     string
	}{
		"members":     {calm, nil, "the scenario is for 3 members, the cluster at the endpoints has 1"},
		"not allowed": {moved, nil, "has to be allowed: --allow-fault leader-transfer"},
		"another is allowed": {moved, []string{"--allow-fault", "leader-kill"}, "fault leader-kill: members of " +
			"an external cluster cannot: crash a member"},
		"unknown fault": {moved, []string{"--allow-fault", "leader-transfr"}, `did you mean "leader-transfer"?`},
		"impossible fault": {"testdata/short.yaml", []string{"--allow-fault", "leader-transfer,partition-leader"},
			"fault partition-leader: members of an external cluster cannot"},
		"links of peers": {"slow-network", []string{"--allow-fault", "link-latency"},
			"line 31 of the scenario, event e1 of pair 1, fault link-latency with on=peers: members of an external " +
				"cluster cannot: delay, throttle and reset links between members"},
		"what is possible": {"slow-network", nil, "with --cluster external these faults are possible: " +
			"leader-transfer, leader-transfer-storm, link-latency (on=clients), "},
		"everything": {"everything", nil, "has to be allowed: --allow-fault leader-transfer,leader-transfer-storm,"},
		"readable": {calm, []string{"--credentials", readable},
			"has mode 0644, so others than you can read the password in it: chmod 600 " + readable},
		"no user":    {calm, []string{"--credentials", lacking}, "is not user:password"},
		"empty file": {calm, []string{"--credentials", credentialsFile(t, "", 0o600)}, "is empty"},
		"no file":    {calm, []string{"--credentials", right + "s"}, "no such file"},
		"long line": {calm, []string{"--credentials", credentialsFile(t, strings.Repeat("x", 5000), 0o600)},
			"longer than 4096 bytes"},
		"no key":     {calm, []string{"--cert", right}, "a certificate needs its key"},
		"pinned":     {calm, []string{"--pin"}, "cannot be moved"},
		"no members": {"testdata/free.yaml", nil, "the scenario has no members"},
		"not undone": {"compacted-watch", []string{"--allow-fault", "client-half-open,compaction-under-watchers"},
			"the whole history before it is compacted for good, which has to be allowed: --allow-lasting " +
				"compaction-under-watchers"},
		"undone": {moved, []string{"--allow-lasting", "leader-transfer"}, "--allow-lasting: what " +
			"leader-transfer does is undone"},
		"unknown lasting": {moved, []string{"--allow-lasting", "defragmnt"}, `did you mean "defragment"?`},
		"filled": {"maintenance", nil, "is not filled up to its quota: it would refuse the writes of " +
			"all its clients"},
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			code, stdout, stderr := aftershock(external(theirs, c.scenario, out, c.more...)...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) || strings.Contains(stderr, marked) {
				t.Errorf("exit %d, want %q in:\n%s%s", code, c.want, stdout, stderr)
			}
			if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
				t.Errorf("what was refused left %v, %v", left, err)
			}
		})
	}
	if got := keysOf(t, owner(t, theirs, "")); len(got) != 0 {
		t.Errorf("what was refused wrote %q", got)
	}
	for endpoint, want := range map[string]string{
		"http://192.0.2.1:2379":                        "ssh -L or kubectl port-forward",
		"http://127.0.0.1:1":                           "connection refused",
		"https" + strings.TrimPrefix(theirURL, "http"): "http for https or the reverse",
		"http://root:" + marked + "@127.0.0.1:1":       "never part of an endpoint",
		theirURL + "," + theirURL:                      "is given twice",
	} {
		code, stdout, stderr := aftershock(externalAt(endpoint, calm, t.TempDir())...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) || strings.Contains(stderr, marked) {
			t.Errorf("exit %d, want %q in:\n%s%s", code, want, stdout, stderr)
		}
	}
}

// What a run writes is its own: another is refused meanwhile, and where it is killed nothing is left once its
// leases are out.
func TestARunOnAnExternalClusterThatIsKilled(t *testing.T) {
	slow.Boots(t)
	theirs := theirCluster(t, 3)
	client := owner(t, theirs, "")
	p := start(t, external(theirs, "testdata/theirs.yaml", t.TempDir())...)
	p.awaitProgress(t, "  steady  ")
	// with keys only, etcd 3.7.3 leaves out the leases as well
	written, err := client.Get(t.Context(), "", clientv3.WithPrefix())
	if err != nil || len(written.Kvs) < 3 {
		t.Fatalf("the run has written %v, %v", written, err)
	}
	for _, kv := range written.Kvs {
		if kv.Lease == 0 || !strings.HasPrefix(string(kv.Key), harness.Prefix) {
			t.Errorf("%q has lease %x", kv.Key, kv.Lease)
		}
	}
	code, stdout, stderr := aftershock(external(theirs, "testdata/theirs.yaml", t.TempDir())...)
	if want := fmt.Sprintf("process %d, has held it since", p.Process.Pid); code != exitUsage || stdout != "" ||
		!strings.Contains(stderr, want) {
		t.Errorf("a second run: exit %d, want %q in: %s", code, want, stderr)
	}
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait() // it was killed, and says so
	left := func() string {
		leases, err := client.Leases(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%d leases and %q", len(leases.Leases), keysOf(t, client))
	}
	patience, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for now := left(); now != "0 leases and []"; now = left() {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-patience.Done():
			t.Fatalf("there are %s", now)
		}
	}
	checkAlive(t, theirs)
}

func TestUsersOfAnExternalCluster(t *testing.T) {
	slow.Alone(t)
	theirs := theirCluster(t, 3)
	lock(t, owner(t, theirs, ""), "right")
	for name, c := range map[string]struct {
		user, password string
		more           []string
		want           string
	}{
		"none":           {"", "", nil, "asks for a user and a password"},
		"wrong password": {"root", marked, nil, "authentication failed"},
		"no user":        {"", marked, nil, "AFTERSHOCK_USER and AFTERSHOCK_PASSWORD go together"},
		"both":           {"root", marked, []string{"--credentials", credentialsFile(t, "root:right", 0o600)}, "leave one of them out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AFTERSHOCK_USER", c.user)
			t.Setenv("AFTERSHOCK_PASSWORD", c.password)
			code, stdout, stderr := aftershock(external(theirs, "testdata/theirs.yaml", t.TempDir(), c.more...)...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) || strings.Contains(stderr, marked) {
				t.Errorf("exit %d, want %q in:\n%s%s", code, c.want, stdout, stderr)
			}
		})
	}
}

func TestFlagsOfAnExternalClusterGoWithNoOther(t *testing.T) {
	for i, name := range externalNames {
		args := []string{"run", "testdata/short.yaml", "--out", t.TempDir(), "--" + name}
		if name != "allow-foreign-keys" {
			args = append(args, fmt.Sprint("value", i))
		}
		code, _, stderr := aftershock(args...)
		if want := "--" + name + " is for an external cluster: it goes with --cluster external"; code != exitUsage ||
			!strings.Contains(stderr, want) {
			t.Errorf("exit %d, want %q in: %s", code, want, stderr)
		}
	}
}

// Reports print moments only as exactly as an external cluster is polled for them.
func TestTheClockOfAnExternalClusterIsTheReports(t *testing.T) {
	if cluster.PollInterval != summary.ExternalClock {
		t.Errorf("asked every %v, and printed as if every %v", cluster.PollInterval, summary.ExternalClock)
	}
}

func TestAnInterruptedRunOnAnExternalClusterIsResumed(t *testing.T) {
	slow.Boots(t)
	theirs := theirCluster(t, 3)
	client := owner(t, theirs, "")
	out := t.TempDir()
	p := start(t, external(theirs, "testdata/theirs.yaml", out)...)
	p.awaitProgress(t, "  steady  ")
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitInterrupted {
		t.Errorf("exit %d", code)
	}
	if left := keysOf(t, client); len(left) != 0 {
		t.Errorf("the interrupted run left %q", left)
	}
	checkAlive(t, theirs)
	folder := onlyFolder(t, out)
	same := external(theirs, "", "")[6:] // --endpoints and its value
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no endpoints": {nil, "with the same flags as before: --endpoints"},
		"more allowed": {append(same[:2:2], "--allow-fault", "leader-transfer"), "with the same flags as before: " +
			"--endpoints"},
		"the runtime": {append(same[:2:2], "--cluster", "external"), "--cluster cannot be given with --resume"},
	} {
		code, stdout, stderr := aftershock(append([]string{"run", "--resume", folder}, c.args...)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, want %q in: %s", name, code, c.want, stderr)
		}
	}
	resume := start(t, append([]string{"run", "--resume", folder}, same...)...) // the binary that began it
	if code := resume.end(t); code != exitOK {
		t.Fatalf("exit %d: %s", code, resume.stdout.String())
	}
	if run, err := results.ReadRun(folder); err != nil || run.Status != results.Complete || len(run.Resumed) != 1 {
		t.Errorf("run %+v, %v", run, err)
	}
}

func TestARunEndsWhenItsExternalClusterDoes(t *testing.T) {
	slow.Boots(t)
	theirs := theirCluster(t, 3)
	out := t.TempDir()
	p := start(t, external(theirs, "testdata/theirs.yaml", out)...)
	p.awaitProgress(t, "  steady  ")
	for _, member := range theirs.Members() {
		if _, err := theirs.Crash(t.Context(), member); err != nil {
			t.Fatal(err)
		}
	}
	if code := p.end(t); code != exitFailure {
		t.Errorf("exit %d", code)
	}
	run, err := results.ReadRun(onlyFolder(t, out))
	want := "member n1 at " + theirs.Endpoints()[0].ClientURL + " does not answer any more"
	if err != nil || run.Status != results.Partial || !strings.Contains(run.Why, want) {
		t.Errorf("status %q, %q, want %q in it; %v", run.Status, run.Why, want, err)
	}
	if table := p.stdout.String(); !strings.Contains(table, "warning: the run is partial") {
		t.Errorf("stdout:\n%s", table)
	}
}

// Whatever talks to the members shows its certificate: the survey, the administrator, the workload and its scrapes, and
// the live view where it hands on their metrics.
func TestARunOnAnExternalClusterWithTLS(t *testing.T) {
	slow.Boots(t)
	theirs := bootTheirs(t, 3, true)
	client, err := theirs.Admin("n1")
	if err != nil {
		t.Fatal(err)
	}
	empty(t, client)
	if _, err := theirs.Pin("app", "n1"); err != nil {
		t.Fatal(err)
	}
	files := theirs.ClientTLS("app")
	out := t.TempDir()
	with := []string{"--cacert", files.Authority, "--cert", files.Cert, "--key", files.Key}
	s := startServed(t, os.Args[0], t.TempDir(), external(theirs, "testdata/theirs-moved.yaml", out,
		append(with, "--allow-fault", "leader-transfer")...)...)
	v, err := follow(s.base)
	mustDo(t, err)
	defer v.body.Close()
	for page := ""; !strings.Contains(page, "etcd_server_has_leader 1"); page, _ = get(s.base + "members/n1") {
		v.await(t, live.Now) // none comes after the end
	}
	v.await(t, live.Ended)
	_, _ = get(s.base + "report.html")
	if code, said := s.end(t); code != exitOK || !strings.Contains(s.told.String(), strings.Join(with, " ")) {
		t.Fatalf("exit %d: %s%s", code, s.told.String(), said)
	}
	trial := validTrial(t, onlyFolder(t, out), results.After)
	if len(trial.Faults) != 1 || trial.Faults[0].Recovered <= 0 {
		t.Errorf("%+v", trial)
	}
	checkAlive(t, theirs)
}
