package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/report/reporttest"
)

// signingTable is a folder with two keys, two policies, a run and a thing to be released.
type signingTable struct {
	t      *testing.T
	folder string
	run    string
}

func newSigningTable(t *testing.T) signingTable {
	t.Helper()
	s := signingTable{t, t.TempDir(), reporttest.Run{Fixes: 1, Pairs: 6}.Write(t)}
	const rule = "\nasks: Can it go out?\nrules:\n  - {rule: verdict, fix: all, is: "
	s.write("release.yaml", "name: release"+rule+"improved}\n", 0o644)
	s.write("strict.yaml", "name: strict"+rule+"no difference}\n", 0o644)
	s.write("service", "a program\n", 0o644)
	s.write("phrase", "correct horse\n", 0o600)
	s.ends(exitOK, "keygen", "--out", s.at("ci"))
	s.ends(exitOK, "keygen", "--out", s.at("ann"), "--passphrase-file", s.at("phrase"))
	return s
}

func (s signingTable) at(name string) string { return filepath.Join(s.folder, name) }

func (s signingTable) write(name, text string, mode os.FileMode) {
	s.t.Helper()
	if err := os.WriteFile(s.at(name), []byte(text), mode); err != nil {
		s.t.Fatal(err)
	}
}

// ends runs a verb that must end with that code.
func (s signingTable) ends(code int, args ...string) (stdout, stderr string) {
	s.t.Helper()
	got, stdout, stderr := aftershock(args...)
	if got != code {
		s.t.Fatalf("%q: exit %d, want %d\n%s%s", args, got, code, stdout, stderr)
	}
	return stdout, stderr
}

const allWaivers = "--waive=dirty,uncalibrated,unregistered"

func (s signingTable) signoff(more ...string) []string {
	return append([]string{
		"signoff", s.run, "--policy", s.at("release.yaml"), "--subject", s.at("service"), "--key", s.at("ci"),
		allWaivers,
	}, more...)
}

func (s signingTable) verify(more ...string) []string {
	return append([]string{
		"verify", filepath.Join(s.run, evidenceFile), "--run", s.run, "--policy", s.at("release.yaml"), "--subject",
		s.at("service"), "--key", s.at("ci.pub"), allWaivers,
	}, more...)
}

// A run is signed, approved and verified by the verbs; a byte that is changed afterwards is named.
func TestSignApproveVerify(t *testing.T) {
	s := newSigningTable(t)
	stdout, _ := s.ends(exitOK, s.signoff()...)
	if !strings.Contains(stdout, "policy release on ") || !strings.Contains(stdout, ": pass\n") {
		t.Error(stdout)
	}
	both := s.verify("--key", s.at("ann.pub"))
	_, stderr := s.ends(exitGateFailed, both...)
	if !strings.Contains(stderr, "all 2 given keys must have signed") {
		t.Error(stderr)
	}
	evidence := filepath.Join(s.run, evidenceFile)
	s.ends(exitOK, "approve", evidence, "--key", s.at("ann"), "--passphrase-file", s.at("phrase"))
	stdout, _ = s.ends(exitOK, both...)
	for _, want := range []string{"computed again", "holds: policy release says pass", "waived: dirty", "signed by "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in %s", want, stdout)
		}
	}
	var v verified
	stdout, _ = s.ends(exitOK, append(both, "--json")...)
	if err := json.Unmarshal([]byte(stdout), &v); err != nil || !v.Holds || len(v.Signed) != 2 || v.Files == 0 {
		t.Errorf("%s, %v", stdout, err)
	}
	page, err := os.ReadFile(filepath.Join(s.run, evidencePage))
	if err != nil || !strings.Contains(string(page), "is not signed") {
		t.Errorf("%v", err)
	}
	if err := os.Truncate(filepath.Join(s.run, "trials/group-1/02-after/ops.bin"), 7); err != nil {
		t.Fatal(err)
	}
	stdout, stderr = s.ends(exitGateFailed, append(both, "--json")...)
	named := strings.Contains(stderr, "02-after/ops.bin: has 7 bytes")
	if !named || !strings.Contains(stdout, `"kind": "changed file"`) {
		t.Errorf("%s%s", stdout, stderr)
	}
	_, stderr = s.ends(exitNoVerdict, s.signoff()...)
	if !strings.Contains(stderr, "not signed:") || !strings.Contains(stderr, "02-after/ops.bin") {
		t.Error(stderr)
	}
}

// What a policy fails is signed, and the exit code says so, at both ends. One key counts once, whatever it is called.
func TestAFailedPolicyIsSigned(t *testing.T) {
	s := newSigningTable(t)
	s.ends(exitGateFailed, s.signoff("--policy", s.at("strict.yaml"))...)
	stdout, stderr := s.ends(exitGateFailed, s.verify("--policy", s.at("strict.yaml"))...)
	if !strings.Contains(stdout, "holds: policy strict says fail") || !strings.Contains(stderr, "the gate failed") {
		t.Errorf("%s%s", stdout, stderr)
	}
	if err := os.Link(s.at("ci.pub"), s.at("other.pub")); err != nil {
		t.Fatal(err)
	}
	_, stderr = s.ends(exitUsage, s.verify("--key", s.at("other.pub"))...)
	if !strings.Contains(stderr, "other.pub: is the key of ") {
		t.Error(stderr)
	}
}

// What is wrong with a flag or a file is said before anything is signed, and nothing is overwritten.
func TestSigningUsageErrors(t *testing.T) {
	s := newSigningTable(t)
	s.write("loose", "x", 0o644)
	s.write("short", "x\n", 0o600)
	s.write("garbage", "garbage\n", 0o600)
	evidence := []string{"verify", s.at("garbage"), "--run", s.run, "--policy", "release", "--subject", s.at("service")}
	register := []string{"preregister", "cluster-free", "--policy", "release", "--key", s.at("ci")}
	keygen, approve := []string{"keygen", "--out", s.at("new")}, []string{"approve", s.at("garbage")}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no out":           {[]string{"keygen"}, "--out is missing"},
		"there already":    {[]string{"keygen", "--out", s.at("ci")}, "is never overwritten"},
		"short passphrase": {append(keygen, "--passphrase-file", s.at("short")), "8 bytes or more"},
		"loose passphrase": {append(keygen, "--passphrase-file", s.at("loose")), "chmod 600"},
		"no run":           {[]string{"signoff"}, "takes the folders of runs, got no argument"},
		"no policy":        {[]string{"signoff", s.run, "--subject", s.at("service")}, "--policy is missing"},
		"no subject":       {[]string{"signoff", s.run, "--policy", "release"}, "--subject is missing"},
		"no key": {[]string{"signoff", s.run, "--policy", "release", "--subject", s.at("service")},
			"--key is missing"},
		"no subject's file": {s.signoff("--subject", s.at("none")), "no such file"},
		"unknown waiver":    {s.signoff("--waive", "drity"), `did you mean "dirty"?`},
		"loose key":         {s.signoff("--key", s.at("loose")), "chmod 600"},
		"garbage for a key": {s.signoff("--key", s.at("garbage")), "is no PEM file with a PRIVATE KEY"},
		"wrong passphrase": {s.signoff("--key", s.at("ann"), "--passphrase-file", s.at("short")),
			"passphrase is wrong"},
		"garbage to approve": {append(approve, "--key", s.at("ci")), "garbage:1: is no DSSE envelope"},
		"nothing trusted":    {evidence, "--key or --trust is missing"},
		"no public key":      {append(evidence, "--key", s.at("garbage")), "is no PEM file with a PUBLIC KEY"},
		"garbage for trust":  {append(evidence, "--trust", s.at("garbage")), "garbage:1:1"},
		"two kinds of trust": {s.verify("--trust", s.at("garbage")), "leave --key out"},
		"no day":             {s.verify("--at", "soon"), `"soon" is no day`},
		"registered twice":   {append(register, "--out", s.at("loose")), "is there already"},
		"external":           {append(register, "--cluster", "external"), "cannot be pre-registered"},
		"another etcd": {[]string{"preregister", "kv-put", "--etcd", "v3.6.9", "--policy", "release",
			"--key", s.at("ci")}, "cannot be registered before: leave out binary, module and --etcd"},
		"no registration": {[]string{"run", "cluster-free", "--preregistered", s.at("garbage")},
			"is no DSSE envelope"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := aftershock(c.args...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d: %s%s\nwant %q", code, stdout, stderr, c.want)
			}
		})
	}
	if _, err := os.Stat(s.at("new")); err == nil {
		t.Error("a key was left")
	}
}

// A run that is not what was registered is refused before it starts, with what differs.
func TestAnotherRunThanRegisteredIsRefused(t *testing.T) {
	s := newSigningTable(t)
	file := s.at("r.jsonl")
	stdout, _ := s.ends(exitOK, "preregister", "cluster-free", "--policy", s.at("release.yaml"), "--key", s.at("ci"),
		"--out", file)
	if !strings.Contains(stdout, "control is judged by ") || !strings.Contains(stdout, "--preregistered ") {
		t.Error(stdout)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--seed", "2"}, "seed: 1 was registered, and the run had 2"},
		{[]string{"--pairs", "9"}, "pairs: 8 was registered, and the run had 9"},
		{[]string{"--quick"}, "quick: nothing was registered, and the run had true"},
	} {
		args := append([]string{"run", "cluster-free", "--preregistered", file, "--out", s.at("runs")}, c.args...)
		_, stderr := s.ends(exitUsage, args...)
		if !strings.Contains(stderr, "this is not the run that was registered") || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: %s", c.args, stderr)
		}
	}
}

var commands = regexp.MustCompile("(?s)```sh\n(.*?)```")

// Every command of docs/sign-off.md runs, one after the other, as a release manager types them.
func TestTheSignOffPage(t *testing.T) {
	slow.Boots(t)
	page, err := os.ReadFile("../../docs/sign-off.md")
	if err != nil {
		t.Fatal(err)
	}
	scenario, err := os.ReadFile("testdata/free.yaml")
	if err != nil {
		t.Fatal(err)
	}
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	s := signingTable{t: t, folder: t.TempDir()}
	if err := os.Mkdir(s.at("bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.write("service.yaml", string(scenario), 0o644)
	s.write("bin/service", "a program\n", 0o755)
	s.write("bin/aftershock", "#!/bin/sh\nexec '"+program+"' \"$@\"\n", 0o755)
	blocks := commands.FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 7 {
		t.Errorf("%d blocks of commands", len(blocks))
	}
	for _, block := range blocks {
		cmd := exec.Command("sh", "-eu", "-c", block[1])
		cmd.Dir = s.folder
		cmd.Env = append(os.Environ(), "PATH="+s.at("bin")+":"+os.Getenv("PATH"), asProgram+"="+s.folder,
			"AFTERSHOCK_WAIVE=dirty,uncalibrated")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s\n%v\n%s", block[1], err, out)
		}
	}
}
