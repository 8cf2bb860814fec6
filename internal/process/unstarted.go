package process

import (
	"path/filepath"
	"strings"
)

// Unstarted is a child that was gone, or was not ready in time, before it had begun its work.
type Unstarted struct {
	Who   string // "member n1", "the worker"; empty where the cause says who
	Cause error
	Log   string // the path of its log; "" without one
	Said  string // the line of the log that says why
	// Noise tells that a busy machine may be why, or another process that took a port: the next start may well succeed.
	Noise bool
}

// Unready makes one out of what is known of a child, and of what is in its log.
func Unready(who string, cause error, log string, noise bool) *Unstarted {
	u := &Unstarted{Who: who, Cause: cause, Log: log, Noise: noise}
	if log != "" {
		// The folder of a run may be below a home, and this is stored.
		u.Said = strings.ReplaceAll(LastWords(log), filepath.Dir(filepath.Dir(log))+string(filepath.Separator), "")
	}
	return u
}

func (u *Unstarted) Unwrap() error { return u.Cause }

func (u *Unstarted) Error() string {
	text := strings.TrimSpace(u.Who + " " + u.Cause.Error())
	if u.Said != "" && !strings.Contains(text, strings.TrimPrefix(u.Said, "member: ")) {
		text += ": " + u.Said
	}
	if u.Log != "" {
		text += " (" + filepath.Base(u.Log) + ")"
	}
	return text
}
