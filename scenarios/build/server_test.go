package build_test

import (
	"archive/zip"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/scenarios/build"
)

// proxy is a module proxy in a folder (go.dev/ref/mod, the GOPROXY protocol) with versions of a server module that is
// none, and Go's caches of its own.
func proxy(t *testing.T, versions map[string]string) {
	t.Helper()
	folder := t.TempDir()
	at := filepath.Join(folder, filepath.FromSlash(build.ServerModule), "@v")
	if err := os.MkdirAll(at, 0o700); err != nil {
		t.Fatal(err)
	}
	const goMod = "module " + build.ServerModule + "\n\ngo 1.21\n"
	for version, source := range versions {
		file, err := os.Create(filepath.Join(at, version+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		archive := zip.NewWriter(file)
		for name, text := range map[string]string{"go.mod": goMod, "main.go": source} {
			w, err := archive.Create(build.ServerModule + "@" + version + "/" + name)
			if err == nil {
				_, err = w.Write([]byte(text))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		err = errors.Join(archive.Close(), file.Close(),
			os.WriteFile(filepath.Join(at, version+".mod"), []byte(goMod), 0o600),
			os.WriteFile(filepath.Join(at, version+".info"), []byte(`{"Version":"`+version+`"}`), 0o600))
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOPROXY", "file://"+folder)
	t.Setenv("GOSUMDB", "off")
	t.Setenv("GOFLAGS", "-modcacherw")
	t.Setenv("GOMODCACHE", t.TempDir())
}

func TestAServerIsBuiltOnce(t *testing.T) {
	slow.Alone(t)
	proxy(t, map[string]string{
		"v3.9.1": "package main\n\nfunc main() { println(`one`) }\n",
		"v3.9.2": "package main\n\nimport _ `no/such/package`\n\nfunc main() {}\n",
	})
	s := store(t)
	var said []string
	built := func(version string) (string, error) {
		return s.BuildServer(t.Context(), build.ServerModule+"@"+version, "server", time.Minute,
			func(line string) { said = append(said, line) })
	}
	digest, err := built("v3.9.1")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command(filepath.Join(s.Folder(digest), "server")).CombinedOutput(); string(text) != "one\n" {
		t.Errorf("it says %q, %v", text, err)
	}
	if again, err := built("v3.9.1"); again != digest || err != nil || len(said) != 1 {
		t.Errorf("again %s, %v; said %q", again, err, said)
	}
	for version, want := range map[string]string{
		"v3.9.2": "no/such/package", "v3.9.3": "v3.9.3.info",
	} {
		_, err := built(version)
		var failed *build.Failed
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", version, err, want)
		}
	}
	if entries, err := os.ReadDir(string(s)); len(entries) != 3 { // the build, what it is of, and the lock
		t.Errorf("left %v, %v", entries, err)
	}
}

// A proxy that never answers must not keep Ctrl-C waiting, and nothing of the build is left.
func TestABuildOfAServerIsInterrupted(t *testing.T) {
	slow.Alone(t)
	proxy(t, nil)
	stop, why := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	gone := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		why(interrupted)
		<-gone
	}))
	defer silent.Close()
	defer close(gone)
	t.Setenv("GOPROXY", silent.URL)
	s := store(t)
	_, err := s.BuildServer(stop, build.ServerModule+"@v3.9.1", "server", time.Minute, func(string) {})
	if !errors.Is(err, interrupted) {
		t.Errorf("got %v", err)
	}
	clean(t, s)
}

func TestVersionsOfTheServer(t *testing.T) {
	for text, want := range map[string]string{
		"go.etcd.io/etcd/server/v3@v3.6.8":       "",
		"go.etcd.io/etcd/server/v3@v3.7.0-rc.1":  "",
		"go.etcd.io/etcd/server/v3@latest":       "is no version of etcd's server (such as",
		"go.etcd.io/etcd/server/v3":              "is no version of etcd's server (such as",
		"go.etcd.io/etcd/client/v3@v3.6.8":       "is no version of etcd's server (such as",
		"go.etcd.io/etcd@v3.4.37":                "since v3.5.0",
		"go.etcd.io/etcd/server/v3@v3.4.37":      "Debian's etcd-server",
		"-go.etcd.io/etcd/server/v3@v3.6.8 -x=y": "is no version",
	} {
		err := build.CheckServer(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestAProgramIsKept(t *testing.T) {
	slow.Boots(t)
	s, file := store(t), filepath.Join(t.TempDir(), "any-name")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	digest, err := s.KeepFile(t.Context(), file, "program", silent)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(s.Folder(digest), "program"))
	if err != nil || info.Mode()&0o100 == 0 || s.Check(digest) != nil {
		t.Errorf("%v, %v", info, err)
	}
	clean(t, s)
}
