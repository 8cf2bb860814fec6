package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/scenarios/build"
	"aftershock/scenarios/kv"
)

// sayingEtcd is a program that says of itself what an etcd says.
func sayingEtcd(t *testing.T, version, flags string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "my-etcd")
	script := "#!/bin/sh\ncase $1 in --version) echo 'etcd Version: " + version + "';; *) echo '" + flags + "';; esac\n"
	executable(t, path, []byte(script))
	return path
}

// executable writes a program while no process is forked: one that another test starts would have the file open until
// it is its own program, and what is open for writing cannot be executed (golang/go#22315).
func executable(t *testing.T, path string, text []byte) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, text, 0o700); err != nil {
		t.Fatal(err)
	}
}

// onServers is the shipped kv-election with other arms, and with more in its cluster.
func onServers(t *testing.T, cluster, before, after string) harness.Options {
	t.Helper()
	source, err := os.ReadFile("kv-election.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("{server: {election-timeout: 2s}}", before,
		"{server: {election-timeout: 500ms}}", after, "data: tmpfs", "data: tmpfs\n"+cluster).Replace(string(source))
	s, err := Read("f.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o, err := Options(s, harness.Registry{Bring: kv.Fixes}, s.Fixes, 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func found(t *testing.T, o *harness.Options, folder string) (said string, err error) {
	t.Helper()
	err = Build(t.Context(), o, harness.Registry{Bring: kv.Fixes},
		func() (build.Store, error) { return build.Store(folder), nil }, func(line string) { said += line + "\n" })
	return said, err
}

func TestWhatMembersRunIsPartOfARun(t *testing.T) {
	slow.Boots(t)
	one, other := sayingEtcd(t, "3.4.23", "--logger"), sayingEtcd(t, "3.6.8", "--logger --log-format")
	folder := t.TempDir()
	o := onServers(t, "", "{binary: "+one+"}", "{binary: "+other+", server: {snapshot-count: 500}}")
	if o.Fixes[0].Name != "snapshot-count-version" {
		t.Errorf("it is called %s", o.Fixes[0].Name)
	}
	said, err := found(t, &o, folder)
	if err != nil {
		t.Fatal(err)
	}
	after := o.Fixes[0].Workload(results.After).Describe().Server
	if p := after.Program; p == nil || p.Version != "3.6.8" || len(p.SHA256) != 64 || p.Says != "etcd Version: 3.6.8" ||
		p.Flags != "log-format logger" || after.SnapshotCount != 500 {
		t.Errorf("after runs %+v, set as %+v", after.Program, after)
	}
	for _, want := range []string{
		"before is etcd 3.4.23 (binary ", ", after etcd 3.6.8 (binary ", "members run etcd 3.4.23 (binary ",
	} {
		if !strings.Contains(o.Fixes[0].Built+said, want) {
			t.Errorf("%q, said %q: no %q", o.Fixes[0].Built, said, want)
		}
	}
	if err := o.CheckScenario(); err != nil {
		t.Error(err)
	}
	// A run that is resumed has what it was begun with, wherever the binaries are now.
	if err := errors.Join(os.Remove(one), os.Remove(other)); err != nil {
		t.Fatal(err)
	}
	if _, err := found(t, &o, folder); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(folder, after.Program.Kept, "etcd"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := found(t, &o, folder); err == nil || !strings.Contains(err.Error(), "was changed") {
		t.Errorf("with another binary in its place: %v", err)
	}
}

func TestTheNextEtcdOfMembersIsFoundAndKept(t *testing.T) {
	slow.Boots(t)
	now, next := sayingEtcd(t, "3.6.8", "--logger"), sayingEtcd(t, "3.7.3", "--logger")
	o := onServers(t, "  binary: "+now+"\n  next: {binary: "+next+"}", "{server: {snapshot-count: 100}}",
		"{server: {snapshot-count: 500}}")
	if _, err := found(t, &o, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if p := o.Scenario.Cluster.Next; p.Version != "3.7.3" || p.Kept == "" || len(o.Programs()) != 2 {
		t.Errorf("next is %+v, and members run %v", p, o.Programs())
	}
	if err := o.CheckScenario(); err != nil {
		t.Error(err)
	}
}

func TestOneBinaryTwiceIsAControl(t *testing.T) {
	slow.Boots(t)
	one := sayingEtcd(t, "3.6.8", "--logger")
	two := filepath.Join(t.TempDir(), "copy")
	text, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	executable(t, two, text)
	o := onServers(t, "", "{binary: "+one+"}", "{binary: "+two+"}")
	said, err := found(t, &o, t.TempDir())
	if err != nil || !o.Fixes[0].Instrument || !strings.Contains(said, "both arms are the same binary") {
		t.Errorf("%+v; said %q, %v", o.Fixes[0].Fix, said, err)
	}
}

func TestBinariesThatARunRefuses(t *testing.T) {
	slow.Boots(t)
	old := sayingEtcd(t, "3.4.23", "--logger --backend-batch-limit")
	for name, c := range map[string]struct{ cluster, before, after, want string }{
		"not there": {"", "{binary: ./none}", "{binary: ./none}", "binary: open ./none: no such file"},
		"next beside our own etcd": {"  next: {binary: " + old + "}", "{server: {fsync: true}}",
			"{server: {fsync: false}}", "and members run this program's own: name theirs as well"},
		"not on the PATH": {"  binary: no-etcd-of-this-name", "{server: {fsync: true}}", "{server: {fsync: false}}",
			`"no-etcd-of-this-name": executable file not found`},
		"a flag": {"  binary: " + old, "{server: {snapshot-count: 500}}", "{server: {feature-gates: {Any: true}}}",
			"server of any-snapshot-count, after: feature-gates: etcd 3.4.23 has no flag --feature-gates"},
	} {
		t.Run(name, func(t *testing.T) {
			o := onServers(t, c.cluster, c.before, c.after)
			_, err := found(t, &o, t.TempDir())
			if err == nil {
				err = o.CheckScenario()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// What takes our own etcd is refused, with what does not.
func TestFaultsThatAnotherEtcdCannotSuffer(t *testing.T) {
	source, err := os.ReadFile("kv-put.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read("f.yaml", []byte(strings.Replace(string(source), "data: tmpfs", "data: tmpfs\n  binary: etcd", 1)))
	if err != nil {
		t.Fatal(err)
	}
	o, err := Options(s, harness.Registry{Bring: kv.Fixes}, s.Fixes, 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.CheckScenario(); err != nil {
		t.Error(err)
	}
	o.Plans[0].Events[0].Fault = "snapshot-restore"
	err = o.CheckScenario()
	for _, want := range []string{
		"fault snapshot-restore: members that run another etcd cannot: restore members from a snapshot",
		"faults that they can suffer: leader-kill, ",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	o = onServers(t, "  binary: etcd", "{server: {fsync: true}}", "{server: {fsync: false}}")
	o.Runtime = harness.Runtimes()[1]
	if err := o.CheckScenario(); err == nil || !strings.Contains(err.Error(), "which --cluster embedded cannot do") {
		t.Errorf("embedded: %v", err)
	}
}

// Any scenario with members runs on another etcd, unless its arms are etcds themselves.
func TestScenariosOnAnotherEtcd(t *testing.T) {
	for _, c := range []struct{ scenario, etcd, want string }{
		{"leader-churn", "v3.6.9", ""}, {"kv-election", "/usr/bin/etcd", ""}, {"kv-put", "etcd", ""},
		{"kv-versions", "v3.6.9", `the arms of scenario "kv-versions" say themselves which etcd they are`},
		{"leaks", "v3.6.9", `scenario "leaks" has no members that could run v3.6.9`},
		{"kv-put", "v3.4.37", "Debian's etcd-server"},
		{"kv-put", "v3.6.9 -x", "is no version of etcd's server"},
	} {
		s, err := Load(c.scenario)
		if err != nil {
			t.Fatal(err)
		}
		on, err := On(s, c.etcd)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s on %s: %v, want %q", c.scenario, c.etcd, err, c.want)
			}
			continue
		}
		program := on.Cluster.Program
		if err != nil || program == nil || !strings.HasSuffix(program.Binary+program.Module, c.etcd) {
			t.Errorf("%s on %s: %+v, %v", c.scenario, c.etcd, program, err)
		}
		load, err := kv.Of(on.Target)
		if err != nil || load != nil && load.Arms != nil && load.Arms.After.Program == nil {
			t.Errorf("%s on %s: the arms have none: %v", c.scenario, c.etcd, err)
		}
	}
}
