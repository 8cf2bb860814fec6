package arrows

import (
	"os/exec"
	"strings"
	"testing"
)

// A worker that is built for an arm has a client of etcd of another version. The module of the server would bring its
// own with it.
func TestAWorkerNeedsNoServer(t *testing.T) {
	for tags, want := range map[string]bool{withoutServer: false, "": true} {
		list := exec.Command("go", "list", "-tags", tags, "-deps", "./cmd/worker")
		list.Dir = moduleRoot(t)
		text, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		var ofServer []string
		for pkg := range strings.Lines(string(text)) {
			for _, of := range []string{"go.etcd.io/etcd/server/", "go.etcd.io/etcd/etcdutl/", "go.etcd.io/etcd/pkg/"} {
				if strings.HasPrefix(pkg, of) {
					ofServer = append(ofServer, strings.TrimSpace(pkg))
				}
			}
		}
		if len(ofServer) > 0 != want {
			t.Errorf("with the tags %q the worker is built of %v", tags, ofServer)
		}
	}
}
