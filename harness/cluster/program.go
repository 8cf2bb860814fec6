package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"aftershock/chaos"
	"aftershock/internal/process"
	"aftershock/internal/regular"

	"go.etcd.io/etcd/api/v3/version"
)

// Program is an etcd that members run instead of this program's own: a binary, or one that is built of a module. What
// it is asked for is the scenario's; what was found is set before a run.
type Program struct {
	Binary string `json:"binary,omitempty"` // the file, as the scenario has it
	Module string `json:"module,omitempty"` // such as go.etcd.io/etcd/server/v3@v3.5.12

	Kept    string `json:"kept,omitempty"`    // the digest under which the run keeps the binary
	SHA256  string `json:"sha256,omitempty"`  // of the binary
	Version string `json:"version,omitempty"` // as it says itself, such as 3.5.12
	Says    string `json:"says,omitempty"`    // all that it prints for --version
	Flags   string `json:"flags,omitempty"`   // those that its help names, separated by spaces

	Path string `json:"-"` // the binary that is run
}

// ProgramFile is the name of the binary in the folder that keeps it.
const ProgramFile = "etcd"

// String says which program it is: "etcd 3.5.12 (binary 0123456789ab)" once it was looked at.
func (p *Program) String() string {
	switch {
	case p == nil:
		return "this program's own etcd " + version.Version
	case p.SHA256 == "" && p.Binary != "":
		return p.Binary
	case p.SHA256 == "":
		return p.Module
	}
	return fmt.Sprintf("etcd %s (binary %s)", p.Version, p.SHA256[:12])
}

// asked is what the settings of a server say of it: whatever it is, two of one digest are the same.
func (p *Program) asked() string {
	if p.SHA256 == "" {
		return p.String()
	}
	return p.Version + " (" + p.SHA256[:12] + ")"
}

// has tells whether its help names a flag.
func (p *Program) has(flag string) bool { return slices.Contains(strings.Fields(p.Flags), flag) }

// lookPatience is how long a binary may take to say its version, and its flags.
const lookPatience = 10 * time.Second

var (
	versionLine = regexp.MustCompile(`(?m)^etcd Version: ([0-9][0-9A-Za-z.+-]*)$`)
	flagInHelp  = regexp.MustCompile(`--([a-z][a-z0-9-]*)`)
)

// Look finds out what the binary at Path is: its digest, its version and its flags. It refuses a file that is no
// program for this machine, and a program that does not answer as etcd does.
func (p *Program) Look(ctx context.Context) (err error) {
	if p.SHA256, err = digestOf(p.Path); err != nil {
		return err
	}
	said, err := answer(ctx, p.Path, "--version")
	if err != nil {
		return err
	}
	found := versionLine.FindStringSubmatch(said)
	if found == nil {
		return fmt.Errorf("%s is no etcd: asked for its --version it says %q, and no line \"etcd Version: ...\"",
			p.Path, firstLine(said))
	}
	p.Version, p.Says = found[1], strings.TrimSpace(said)
	help, err := answer(ctx, p.Path, "--help")
	if err != nil {
		return err
	}
	var flags []string
	for _, f := range flagInHelp.FindAllStringSubmatch(help, -1) {
		flags = append(flags, f[1])
	}
	slices.Sort(flags)
	p.Flags = strings.Join(slices.Compact(flags), " ")
	if !p.has("logger") {
		return fmt.Errorf("etcd %s has no flag --logger, and so no log that says who leads (allowed: 3.4 and later)",
			p.Version)
	}
	return nil
}

func digestOf(path string) (string, error) {
	file, err := regular.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// answer runs a binary that has to end by itself, and gives what it prints. Some versions print their help as an error.
func answer(ctx context.Context, path string, flag string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	var said lines
	p, err := process.StartServer(process.Server{Path: path, Args: []string{flag}, Line: said.add})
	if err != nil {
		if errors.Is(err, os.ErrPermission) {
			err = fmt.Errorf("%w (is it executable?)", err)
		}
		return "", err
	}
	select {
	case <-p.Done():
	case <-limited.Done():
		p.Kill()
		if cause := context.Cause(ctx); cause != nil {
			return "", cause
		}
		return "", fmt.Errorf("%s %s has not ended after %v: it is no etcd", path, flag, lookPatience)
	}
	return said.text.String(), nil
}

// lines are what a program printed, as far as anyone would read it.
type lines struct{ text bytes.Buffer }

func (l *lines) add(line []byte) {
	if l.text.Len() < 1<<20 {
		l.text.Write(line)
		l.text.WriteByte('\n')
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line[:min(len(line), 80)]
}

// lacks refuses settings for which a program has no flag.
func (p *Program) lacks(s Server) error {
	var errs []error
	for _, needs := range []struct {
		setting, flag string
		given         bool
	}{
		{"fsync", "unsafe-no-fsync", s.NoFsync},
		{"feature-gates", "feature-gates", len(s.Features) > 0},
		{"backend-batch-limit", "backend-batch-limit", s.BatchLimit != 0},
		{"backend-batch-interval", "backend-batch-interval", s.BatchInterval != 0},
	} {
		if needs.given && !p.has(needs.flag) {
			errs = append(errs, fmt.Errorf("%s: etcd %s has no flag --%s", needs.setting, p.Version, needs.flag))
		}
	}
	return errors.Join(errs...)
}

// KeepsLog tells whether the number of entries that are kept behind a snapshot can be set, without which a log is not
// cut off within a trial.
func (p *Program) KeepsLog() bool { return p == nil || p.has(catchUpFlag) }

const catchUpFlag = "snapshot-catchup-entries" // since 3.6

// Able refuses what takes this program's own etcd.
func (p *Program) Able(a chaos.Ability) error {
	if p == nil || a != chaos.CanRestore {
		return nil
	}
	return fmt.Errorf("members that run another etcd cannot: %s (data folders would be made by etcdutl %s, which "+
		"another version need not read)", a, version.Version)
}

// args are the words of the command line by which a program becomes a member.
func (m memberConfig) args() []string {
	state := "new"
	if m.Existing {
		state = "existing"
	}
	args := []string{
		"--name=" + m.Name, "--data-dir=" + m.Dir, "--listen-client-urls=" + m.ClientURL,
		"--advertise-client-urls=" + m.ClientURL, "--listen-peer-urls=" + m.PeerURL,
		"--initial-advertise-peer-urls=" + m.PeerAdvertised, "--initial-cluster=" + m.InitialCluster,
		"--initial-cluster-token=" + m.Token, "--initial-cluster-state=" + state, "--strict-reconfig-check=false",
		fmt.Sprintf("--heartbeat-interval=%d", m.Server.Heartbeat.Milliseconds()),
		fmt.Sprintf("--election-timeout=%d", m.Server.Election.Milliseconds()),
		"--logger=zap", "--log-outputs=stderr", "--log-level=info", fmt.Sprintf("--enable-grpc-gateway=%v", m.Gateway),
	}
	add := func(given bool, flag string, value any) {
		if given {
			args = append(args, fmt.Sprintf("--%s=%v", flag, value))
		}
	}
	s := m.Server
	add(m.MetricsURL != "", "listen-metrics-urls", m.MetricsURL)
	add(m.Quota != 0, "quota-backend-bytes", m.Quota)
	add(s.SnapshotCount != 0, "snapshot-count", s.SnapshotCount)
	add(s.SnapshotCount != 0 && s.Program.KeepsLog(), catchUpFlag, s.SnapshotCount)
	add(s.BatchLimit != 0, "backend-batch-limit", s.BatchLimit)
	add(s.BatchInterval != 0, "backend-batch-interval", s.BatchInterval)
	add(s.NoFsync, "unsafe-no-fsync", true)
	add(len(s.Features) > 0, "feature-gates", s.gates())
	if m.TLS != nil {
		for _, side := range []string{"", "peer-"} {
			args = append(args, "--"+side+"cert-file="+m.TLS.Cert, "--"+side+"key-file="+m.TLS.Key,
				"--"+side+"trusted-ca-file="+m.TLS.Authority, "--"+side+"client-cert-auth")
		}
	}
	return args
}
