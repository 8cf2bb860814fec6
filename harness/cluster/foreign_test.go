package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// plainEtcd is this test binary under the name by which it is etcd itself, with etcd's own command line and nothing
// else: a binary that knows nothing of us. AFTERSHOCK_TEST_ETCD names another one.
func plainEtcd(t *testing.T) *Program {
	t.Helper()
	path := os.Getenv("AFTERSHOCK_TEST_ETCD")
	if path == "" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		path = filepath.Join(t.TempDir(), ProgramFile)
		if err := os.Symlink(self, path); err != nil {
			t.Fatal(err)
		}
	}
	p := &Program{Binary: path, Path: path}
	if err := p.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

func another(t *testing.T, members int) Config {
	t.Helper()
	c := config(t, members)
	c.Program = plainEtcd(t)
	return c
}

func TestAnotherBinaryIsAMember(t *testing.T) {
	slow.Boots(t)
	shape := another(t, 3)
	shape.TLS = true
	c := start(t, shape)
	if err := c.Write(patience(t)); err != nil {
		t.Fatal(err)
	}
	if c.Polled() {
		t.Error("members are asked who leads although their logs say it")
	}
	if _, refused := c.peers.Refused(); refused != 0 || len(c.Setups()) != 0 {
		t.Errorf("%d dials were refused; setups %+v", refused, c.Setups())
	}
	ctx := patience(t)
	leader, _ := c.Leader()
	before := clock.Now()
	if _, err := c.Stop(ctx, leader.Member); err != nil {
		t.Fatal(err)
	}
	await(t, c, before, "another leads", func(o chaos.Observation) bool {
		return o.Member != leader.Member && o.Leader != leader.Member && o.Follows(o.Leader)
	})
	if err := c.Restart(ctx, leader.Member); err != nil {
		t.Fatal(err)
	}
	if agreed, err := c.Agree(ctx, 10*time.Second); err != nil || agreed.Members != 3 {
		t.Errorf("%+v, %v", agreed, err)
	}
	err := c.Restore(ctx, "x")
	if err == nil || !strings.Contains(err.Error(), "members that run another etcd cannot") {
		t.Errorf("restored: %v", err)
	}
	noDeath(t, c)
}

func TestAnotherBinarySuffersFaults(t *testing.T) {
	slow.Boots(t)
	for _, s := range []plan.FaultSpec{
		{Fault: "leader-transfer", Target: "leader", To: "follower.1"},
		spec("partition-leader", "leader", 2500*time.Millisecond, nil),
		spec("leader-kill", "leader", 2500*time.Millisecond, nil),
		spec("leader-pause", "leader", 2500*time.Millisecond, nil),
		spec("member-replace", "follower", 3*time.Second, nil),
		spec("lagging-follower", "follower.0", 8*time.Second, nil), // what became of raft's log is in the member's own
	} {
		t.Run(s.Fault, func(t *testing.T) {
			shape := another(t, 3)
			shape.SnapshotCount = 100
			playFault(t, start(t, shape), s)
		})
	}
}

// script is a program that does what etcd does, but for what follows in the language of a shell.
func script(t *testing.T, p *Program, does string) *Program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script")
	text := "#!/bin/sh\nbinary='" + p.Path + "'\n" +
		"case \"$1\" in --version|--help) exec \"$binary\" \"$1\";; esac\n" + does + "\n"
	executable(t, path, text, 0o700)
	made := &Program{Binary: path, Path: path}
	if err := made.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	return made
}

// executable writes a program while no process is forked: one that another test starts would have the file open until
// it is its own program, and what is open for writing cannot be executed (golang/go#22315).
func executable(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// Who leads is asked where no log says it, and a script that starts the server dies with it.
func TestAMemberThatLogsNothingIsAsked(t *testing.T) {
	slow.Boots(t)
	shape := another(t, 3)
	shape.Program = script(t, shape.Program, `"$binary" "$@" >/dev/null 2>&1`)
	c := start(t, shape)
	if !c.Polled() {
		t.Fatal("members that log nothing are not asked who leads")
	}
	ctx := patience(t)
	leader, _ := c.Leader()
	before := clock.Now()
	if _, err := c.Crash(ctx, leader.Member); err != nil {
		t.Fatal(err)
	}
	await(t, c, before, "another leads", func(o chaos.Observation) bool {
		return o.Member != leader.Member && o.Leader != leader.Member && o.Follows(o.Leader)
	})
	if err := c.Restart(ctx, leader.Member); err != nil {
		t.Fatal(err)
	}
	await(t, c, before, "it follows again", func(o chaos.Observation) bool {
		return o.Member == leader.Member && o.Kind == chaos.Elected
	})
	if err := c.Write(ctx); err != nil {
		t.Error(err)
	}
	noDeath(t, c)
}

func TestADataFolderThatAServerDoesNotTake(t *testing.T) {
	slow.Boots(t)
	shape := another(t, 1)
	c := start(t, shape)
	if _, err := c.Crash(patience(t), "n1"); err != nil {
		t.Fatal(err)
	}
	c.members["n1"].config.Server.Program = script(t, shape.Program,
		`echo '{"level":"fatal","msg":"invalid downgrade; server version is lower"}'; exit 3`)
	err := c.Restart(patience(t), "n1")
	for _, want := range []string{
		"member n1 does not start from the data folder that " + shape.Program.String() + " has left",
		"does not take it, and ends with exit code 3", "invalid downgrade", "(n1.log)",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

// What is no etcd is said to be none, before any cluster is booted.
func TestBinariesThatAreNoEtcd(t *testing.T) {
	slow.Boots(t)
	folder := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(folder, name)
		executable(t, path, text, mode)
		return path
	}
	for name, c := range map[string]struct{ path, want string }{
		"not there":      {filepath.Join(folder, "none"), "no such file"},
		"a folder":       {folder, "is a directory"},
		"not executable": {file("plain", "x", 0o600), "(is it executable?)"},
		"another format": {file("text", "x", 0o700), "exec format error"},
		"another one":    {file("other", "#!/bin/sh\necho other 1.0\n", 0o700), `says "other 1.0"`},
		"too old": {file("old", "#!/bin/sh\necho etcd Version: 3.3.25\n", 0o700),
			"etcd 3.3.25 has no flag --logger"},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&Program{Binary: c.path, Path: c.path}).Look(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestSettingsThatAProgramLacks(t *testing.T) {
	p := &Program{SHA256: strings.Repeat("0", 64), Version: "3.4.23", Flags: "backend-batch-limit logger"}
	c := Config{Members: 1, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, Program: p}
	for name, s := range map[string]Server{
		"":                 {BatchLimit: 5, SnapshotCount: 50},
		"unsafe-no-fsync":  {NoFsync: true},
		"--feature-gates":  {Features: map[string]bool{"Anything": true}},
		"--backend-batch-": {BatchInterval: time.Second},
	} {
		c.Server = s
		err := c.Check()
		if name == "" && err != nil || name != "" && (err == nil || !strings.Contains(err.Error(), name)) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if p.KeepsLog() || p.Able(chaos.CanRestore) == nil || p.Able(chaos.CanCrash) != nil {
		t.Error("what it can do")
	}
	if _, err := StartEmbedded(t.Context(), Config{
		Members: 1, Tick: c.Tick, Election: c.Election, Program: p,
	}); err == nil || !strings.Contains(err.Error(), "members in this process cannot be etcd 3.4.23") {
		t.Errorf("embedded: %v", err)
	}
}
