package process

import (
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// ReaperRole is the role of the one child that outlives its parent.
const ReaperRole = "reaper"

// reaperConfig names the folder that must not stay behind.
type reaperConfig struct {
	Folder string `json:"folder"`
}

// StartReaper starts a child that removes folder once this process is gone, however it went: the reaper's standard
// input reaches its end when the last descriptor of the pipe closes, and only this process holds one. The folder need
// not be there yet, and should not be: a process that is killed before it has a reaper would leave it.
func StartReaper(folder string) (*Process, error) {
	return Start(Spec{Role: ReaperRole, Config: reaperConfig{Folder: folder}, Outlive: true})
}

// Reap is the reaper's main.
func Reap() int {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	child := Connect()
	var config reaperConfig
	if ok, err := child.Receive(&config); !ok || err != nil || config.Folder == "" {
		return 2
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	EndMarked(config.Folder)
	// The parent's other children die by the same event but not before it; a member may still create a file in a folder
	// that was removed a moment ago. So the folder has to stay absent for a while.
	absent := 0
	for deadline := time.Now().Add(20 * time.Second); absent < 5 && time.Now().Before(deadline); {
		if err := os.RemoveAll(config.Folder); err != nil {
			absent = 0
		} else {
			absent++
		}
		time.Sleep(50 * time.Millisecond)
	}
	if absent < 5 {
		return 1
	}
	return 0
}
