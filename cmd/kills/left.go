package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// left lists what a run that is gone has left: processes, and with them their sockets and pipes; folders with members'
// data; the machine's lock; whatever lies in the temporary folder.
func (l *lane) left() ([]string, error) {
	all := processes(l.path("aftershock"))
	shm := l.shm
	if l.alone != nil {
		shm = "/dev/shm"
	}
	if l.alone == nil && !free(filepath.Join(shm, "aftershock.lock")) {
		all = append(all, "the machine's lock")
	}
	roots, err := filepath.Glob(filepath.Join(shm, "aftershock-*"))
	if err != nil {
		return nil, err
	}
	for _, root := range roots {
		if l.alone == nil || free(filepath.Join(root, "lock")) { // else it may be another run's, which holds its lock
			all = append(all, "folder "+root)
		}
	}
	entries, err := os.ReadDir(l.path("tmp"))
	for _, e := range entries {
		all = append(all, "in the temporary folder "+e.Name())
	}
	return all, err
}

// processes lists those that run from a file.
func processes(binary string) (all []string) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe") // the pattern is sound
	for _, link := range links {
		exe, err := os.Readlink(link)
		if err != nil || strings.TrimSuffix(exe, " (deleted)") != binary {
			continue // or it is gone, or another user's
		}
		pid := strings.Split(link, "/")[2]
		command, _ := os.ReadFile("/proc/" + pid + "/cmdline") // a zombie has none
		all = append(all, "process "+pid+" ("+strconv.Quote(strings.ReplaceAll(string(command), "\x00", " "))+")")
	}
	return all
}

// free tells whether no process holds the file's lock. A file that does not exist is free.
func free(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	defer file.Close()
	return unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}
