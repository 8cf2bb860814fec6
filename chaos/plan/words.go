package plan

import (
	"strconv"
	"strings"
)

// The symbolic members; "follower" stands in specs only, "follower.<k>" in plans only.
const (
	leader     = "leader"
	follower   = "follower"
	clientWord = "client."
)

func followerWord(k int) string { return follower + "." + strconv.Itoa(k) }

// isWord tells whether a name can stand unquoted in a plan's text.
func isWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	})
}

// drawKey is the parameter from which a fault makes choices of its own.
const (
	drawKey   = "draw"
	mostDrawn = "4294967295"
)
