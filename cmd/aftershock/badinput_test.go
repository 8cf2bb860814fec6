package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/results"
)

// Whatever lies where a verb reads a file, it says so at once: a verb that waited at a pipe would hang here.
func TestWhatIsNoFileIsRefused(t *testing.T) {
	for name, place := range map[string]struct {
		put  func(t *testing.T, path string)
		want string
	}{
		"folder":         {putFolder, "is a directory"},
		"pipe":           {putPipe, "is a FIFO, and no regular file"},
		"link to a pipe": {putLinkToPipe, "is a FIFO, and no regular file"},
		"dead link":      {func(t *testing.T, path string) { putLink(t, "gone", path) }, "is a link, and no regular file"},
	} {
		for what, command := range map[string]func(path string) []string{
			"scenario of run":  func(path string) []string { return []string{"run", path} },
			"scenario of plan": func(path string) []string { return []string{"plan", path} },
			"plan":             func(path string) []string { return []string{"run", "leader-churn", "--plan", path} },
			"policy":           func(path string) []string { return []string{"gate", t.TempDir(), "--policy", path} },
			"credentials": func(path string) []string {
				return []string{"run", "calm", "--cluster", "external", "--endpoints", "http://127.0.0.1:1", "--credentials", path}
			},
			"authorities": func(path string) []string {
				return []string{"run", "calm", "--cluster", "external", "--endpoints", "https://127.0.0.1:1", "--cacert", path}
			},
		} {
			t.Run(what+"/"+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "file.yaml")
				place.put(t, path)
				code, stdout, stderr := aftershock(command(path)...)
				if code != exitUsage || stdout != "" || !strings.Contains(stderr, path+": "+place.want) {
					t.Errorf("exit %d: %s%s", code, stdout, stderr)
				}
			})
		}
	}
}

// All verbs say the same of a folder that is no run.
func TestAnUnreadableRunIsAUsageErrorOfEveryVerb(t *testing.T) {
	for name, put := range map[string]func(t *testing.T, path string){
		"nothing": func(*testing.T, string) {}, "folder": putFolder, "pipe": putPipe, "link to a pipe": putLinkToPipe,
		"dead link": func(t *testing.T, path string) { putLink(t, "gone", path) },
		"garbage": func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		folder := t.TempDir()
		put(t, filepath.Join(folder, results.RunFile))
		for _, args := range [][]string{
			{"compare", folder}, {"compare", folder, folder}, {"compare", folder, "--profile"}, {"report", folder},
			{"gate", folder, "--policy", "release"}, {"run", "--resume", folder},
		} {
			code, stdout, stderr := aftershock(args...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, folder) {
				t.Errorf("%s, %v: exit %d: %s%s", name, args, code, stdout, stderr)
			}
		}
	}
}

func putFolder(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func putPipe(t *testing.T, path string) {
	t.Helper()
	if err := os.Rename(pipe(t), path); err != nil {
		t.Fatal(err)
	}
}

func putLinkToPipe(t *testing.T, path string) {
	t.Helper()
	putLink(t, pipe(t), path)
}

func putLink(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

// What gets folders is a folder, or is made one, and only when there is something to put into it.
func TestOutOfARunHasToBeAFolder(t *testing.T) {
	for name, put := range map[string]func(t *testing.T, path string){
		"a FIFO, and has to be a folder":         putPipe,
		"a regular file, and has to be a folder": func(t *testing.T, path string) { putLink(t, fileOf(t, ""), path) },
		"a link to nothing, and has to":          func(t *testing.T, path string) { putLink(t, "gone", path) },
	} {
		path := filepath.Join(t.TempDir(), "out")
		put(t, path)
		for _, args := range [][]string{
			{"run", "testdata/free.yaml", "--out", path}, {"run", "testdata/free.yaml", "--out", filepath.Join(path, "below")},
			{"article", "run", "--out", path}, {"selftest", "--out", path},
		} {
			code, stdout, stderr := aftershock(args...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, path+" is "+name) {
				t.Errorf("%v: exit %d, want %q: %s%s", args, code, name, stdout, stderr)
			}
		}
	}
}

func TestARefusedRunLeavesNoFolder(t *testing.T) {
	out := filepath.Join(t.TempDir(), "some", "where")
	for _, args := range [][]string{
		{"run", "testdata/free.yaml", "--out", out, "--cluster", "external", "--endpoints", "http://127.0.0.1:1"},
		{"run", "testdata/free.yaml", "--out", out, "--pairs", "1000"},
		{"run", "testdata/short.yaml", "--out", out, "--cluster", "external", "--endpoints", "http://127.0.0.1:1"},
		{"run", "testdata/short.yaml", "--out", out, "--calibration", fileOf(t, "")},
	} {
		if code, stdout, stderr := aftershock(args...); code != exitUsage {
			t.Errorf("%v: exit %d: %s%s", args, code, stdout, stderr)
		}
		if _, err := os.Lstat(filepath.Dir(out)); err == nil {
			t.Errorf("%v left %s", args, out)
		}
	}
}
