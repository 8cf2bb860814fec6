package process

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Role is the role that this process was started in, or "" when it is no child.
func Role() string { return os.Getenv(RoleVariable) }

// Child is the child's end of the conversation with its parent.
type Child struct {
	in      *bufio.Scanner
	mu      sync.Mutex
	reports *os.File
}

// reportsAt is the descriptor on which a child reports.
const reportsAt = 3

// Connect takes up the descriptors that Start has set up, and forgets the role, so that a child's children are none.
func Connect() *Child {
	_ = os.Unsetenv(RoleVariable)
	unix.CloseOnExec(reportsAt) // a program that outlives the child would keep the parent waiting for its end
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	return &Child{in: in, reports: os.NewFile(reportsAt, "reports")}
}

// Receive reads the next line from the parent; false means that the parent will send no more, or is gone.
func (c *Child) Receive(into any) (bool, error) {
	if !c.in.Scan() {
		return false, c.in.Err()
	}
	if err := json.Unmarshal(c.in.Bytes(), into); err != nil {
		return false, fmt.Errorf("a line from the parent: %w", err)
	}
	return true, nil
}

// Report sends one JSON line to the parent. It may be called from many goroutines.
func (c *Child) Report(message any) error {
	line, err := json.Marshal(message)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err = c.reports.Write(append(line, '\n'))
	return err
}
