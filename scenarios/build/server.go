package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"aftershock/internal/process"
)

// ServerModule is the module whose main package is etcd.
const ServerModule = "go.etcd.io/etcd/server/v3"

// CheckServer refuses what is no version of etcd's server module.
func CheckServer(text string) error {
	path, version, _ := strings.Cut(text, "@")
	switch {
	case path == "go.etcd.io/etcd" || path == ServerModule && strings.HasPrefix(version, "v3.4."):
		return fmt.Errorf("%q cannot be built: etcd's server is a module of its own since v3.5.0 (3.4 can be given "+
			"as a binary, such as that of Debian's etcd-server)", text)
	case path != ServerModule || CheckModule(text) != nil:
		return fmt.Errorf("%q is no version of etcd's server (such as %s@v3.6.8)", text, ServerModule)
	}
	return nil
}

// KeepFile keeps a copy of a program under the digest of a folder in which it alone lies, under that name.
func (s Store) KeepFile(ctx context.Context, path, name string, say func(string)) (digest string, err error) {
	b, err := s.open(ctx, say)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := copyFile(path, filepath.Join(b.out(), name), 0o700); err != nil {
		return "", err
	}
	if digest, err = s.put(b.out()); err != nil {
		return "", err
	}
	return digest, s.prune()
}

// BuildServer builds the main package of a version of etcd's server module, as a program of that name, and keeps it.
// What is kept of a version and a Go toolchain already is not built again. Modules are downloaded as Go's proxy
// serves them, toolchains are not. A failed build is a *Failed. When ctx is done it ends with all that it has
// started.
func (s Store) BuildServer(ctx context.Context, module, name string, within time.Duration, say func(string)) (
	digest string, err error,
) {
	b, err := s.open(ctx, say)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	env := append(environment(b, Arms{Downloads: true}, State{Modules: []string{module}}), "GOTOOLCHAIN=local",
		"GOWORK=off", "CGO_ENABLED=0") // as etcd's own releases are built
	t := tool{folder: b.tree(), env: env, within: within}
	compiler, err := t.run(ctx, "go", "env", "GOVERSION")
	if err != nil {
		return "", err
	}
	known := s.note(module, strings.TrimSpace(compiler), name)
	if text, err := os.ReadFile(known); err == nil && s.Check(string(text)) == nil {
		return string(text), nil
	}
	say("building " + module + " with " + strings.TrimSpace(compiler))
	// A module that requires the server, because the server's own go.mod replaces modules by folders of etcd's
	// repository.
	if err := os.WriteFile(filepath.Join(b.tree(), "go.mod"), []byte("module server\n"), 0o600); err != nil {
		return "", err
	}
	if _, err := t.prepare(ctx, Arms{Downloads: true}, State{Modules: []string{module}}); err != nil {
		return "", err
	}
	path, _, _ := strings.Cut(module, "@")
	line := []string{"go", "build", "-trimpath", "-o", filepath.Join(b.out(), name), path}
	if err := t.do(ctx, io.Discard, line); err != nil {
		return "", err
	}
	process.EndMarked(b.folder)
	if digest, err = s.put(b.out()); err != nil {
		return "", err
	}
	return digest, errors.Join(os.WriteFile(known, []byte(digest), 0o600), s.prune())
}

// note is the file that says what a version was built to.
func (s Store) note(module, compiler, name string) string {
	_, version, _ := strings.Cut(module, "@")
	return filepath.Join(string(s), fmt.Sprintf("%s-%s-%s-%s", name, version, compiler, runtime.GOARCH))
}
