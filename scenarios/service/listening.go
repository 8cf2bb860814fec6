package service

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"aftershock/internal/process"
)

// elsewhere says at which other ports the program listens, where it does not at its own: the usual mistake.
func (r *running) elsewhere(last error) error {
	ports := r.listening()
	if len(ports) == 0 || slices.Contains(ports, r.port) {
		return last
	}
	var all []string
	for _, p := range ports {
		all = append(all, strconv.Itoa(p))
	}
	return fmt.Errorf("it listens at port %s, and not at %d, which PORT in its environment names (%w)",
		strings.Join(all, ", "), r.port, last)
}

// listening lists the TCP ports at which the program or a process that it started listens, in order.
func (r *running) listening() (ports []int) {
	sockets := map[string]bool{}
	for _, pid := range append(process.Below(r.cmd.Process.Pid), r.cmd.Process.Pid) {
		names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid)) // the pattern is well-formed
		for _, name := range names {
			if to, err := os.Readlink(name); err == nil && strings.HasPrefix(to, "socket:[") {
				sockets[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
			}
		}
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if port, inode, ok := listener(line); ok && sockets[inode] && !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	slices.Sort(ports)
	return ports
}

// listener reads a line of /proc/net/tcp: its local port and inode, if the socket listens.
//
// https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
func listener(line string) (port int, inode string, ok bool) {
	const local, state, inodeAt, listens = 1, 3, 9, "0A"
	fields := strings.Fields(line)
	if len(fields) <= inodeAt || fields[state] != listens {
		return 0, "", false
	}
	_, hex, _ := strings.Cut(fields[local], ":")
	n, err := strconv.ParseUint(hex, 16, 16)
	return int(n), fields[inodeAt], err == nil
}
