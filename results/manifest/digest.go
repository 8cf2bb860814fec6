package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"

	"aftershock/internal/regular"
	"aftershock/results"
)

// Digest is a text's SHA-256, in hexadecimal.
func Digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Files lists the files of a finished trial, except its trial.json, which has the list. What is neither a regular
// file nor a folder is an error.
func Files(trial string) ([]results.File, error) {
	var files []results.File
	err := walk(trial, func(name, path string, mode fs.FileMode) error {
		if name == results.TrialFile {
			return nil
		}
		if !mode.IsRegular() {
			return fmt.Errorf("%s is %s", path, regular.Kind(mode))
		}
		f, err := fileOf(name, path)
		files = append(files, f)
		return err
	})
	return files, err
}

// walk goes through all that is in a trial's folder and is no folder itself, in lexical order.
func walk(trial string, each func(name, path string, mode fs.FileMode) error) error {
	return filepath.WalkDir(trial, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(trial, path)
		if err != nil {
			return err
		}
		return each(filepath.ToSlash(name), path, e.Type())
	})
}

// fileOf reads a file of that name.
func fileOf(name, path string) (results.File, error) {
	file, err := regular.OpenInPlace(path)
	if err != nil {
		return results.File{}, err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	return results.File{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

// planHead is the first line of a block's plan.
var planHead = regexp.MustCompile(`^plan .*\bpair=(\d+)\b`)

// PlanDigests are the digests of the plans in plan.txt by the numbers of their blocks. A plan goes from its first
// line to that of the next one.
func PlanDigests(text []byte) map[int]string {
	plans, block := map[int][]byte{}, 0
	for line := range bytes.Lines(text) {
		if head := planHead.FindSubmatch(line); head != nil {
			n, err := strconv.Atoi(string(head[1]))
			if err != nil { // more digits than a number has: there is no such block
				n = 0
			}
			block = n
		}
		if block > 0 {
			plans[block] = append(plans[block], line...)
		}
	}
	digests := map[int]string{}
	for n, plan := range plans {
		digests[n] = Digest(bytes.TrimSpace(plan))
	}
	return digests
}
