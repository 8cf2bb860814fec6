package trend

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"time"
)

// stamp is the time in a file's name: it sorts as the times do.
const stamp = "20060102T150405Z"

// digits are how many of a digest a file's name has.
const digits = 12

// Text is a night's file: its name, which follows from when it began and from what it holds, and its bytes.
func (n Night) Text() (name string, data []byte, err error) { return text(n.Started, n) }

// text is the file of a night or of a decision.
func text(at time.Time, value any) (name string, data []byte, err error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return "", nil, err
	}
	var wrapped bytes.Buffer
	if err := json.Indent(&wrapped, plain, "", " "); err != nil {
		return "", nil, err
	}
	wrapped.WriteByte('\n')
	data = joinNumbers(wrapped.Bytes())
	return at.UTC().Format(stamp) + "-" + Digest(data) + ".json", data, nil
}

// Digest is the part of a file's name that tells whether the file is as it was written.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:digits]
}

// numbers are a list of numbers or of truths over several lines.
var numbers = regexp.MustCompile(`\[\s+(?:[-+0-9.eE]+|true|false)(?:,\s+(?:[-+0-9.eE]+|true|false))*\s+\]`)

// joinNumbers puts each list of numbers into one line: a person compares them across, and git shows one line for them.
func joinNumbers(data []byte) []byte {
	return numbers.ReplaceAllFunc(data, func(list []byte) []byte {
		inside := bytes.Fields(list[1 : len(list)-1])
		return bytes.Join([][]byte{{'['}, bytes.Join(inside, []byte(" ")), {']'}}, nil)
	})
}

var fileName = regexp.MustCompile(`^([0-9]{8}T[0-9]{6}Z)-([0-9a-f]{12})\.json$`)

// checkName holds a file's name against what it should be.
func checkName(name string, data []byte, at time.Time) error {
	parts := fileName.FindStringSubmatch(name)
	switch {
	case parts == nil:
		return fmt.Errorf("%s: not the name of such a file (allowed: a time and %d hexadecimal digits, "+
			"such as 20260301T020000Z-0123456789ab.json)", name, digits)
	case parts[2] != Digest(data):
		return fmt.Errorf("%s: the file was changed after it was written: its digest is %s, and its name says %s", name,
			Digest(data), parts[2])
	case parts[1] != at.UTC().Format(stamp):
		return fmt.Errorf("%s: the name says %s, and the file %s", name, parts[1], at.UTC().Format(stamp))
	}
	return nil
}
