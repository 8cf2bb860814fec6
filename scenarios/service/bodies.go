package service

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"aftershock/internal/regular"
)

// mostBodies bounds a file of bodies: each worker holds it in memory.
const mostBodies = 64 << 20

// Bodies is a file of recorded bodies, one a line, which requests use in turn. The digest makes two runs with two files
// of one name two scenarios.
type Bodies struct {
	File   string `json:"file"` // from the folder in which aftershock is started
	Digest string `json:"digest"`
}

// BodiesOf reads a file of bodies once, to know it again.
func BodiesOf(file string) (*Bodies, error) {
	text, err := readBodies(file)
	if err != nil {
		return nil, err
	}
	if len(linesOf(text)) == 0 {
		return nil, fmt.Errorf("%s has no line", file)
	}
	return &Bodies{file, digest(text)}, nil
}

// read gives the bodies. The file has to be the one that the scenario was read with.
func (b Bodies) read() ([][]byte, error) {
	text, err := readBodies(b.File)
	if err != nil {
		return nil, err
	}
	if digest(text) != b.Digest {
		return nil, fmt.Errorf("%s was changed since the run was begun", b.File)
	}
	return linesOf(text), nil
}

func readBodies(name string) (text []byte, err error) {
	file, err := regular.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if text, err = io.ReadAll(io.LimitReader(file, mostBodies+1)); err == nil && len(text) > mostBodies {
		err = fmt.Errorf("%s is larger than the 64 MiB that bodies may have", name)
	}
	return text, err
}

// linesOf are the lines that hold something.
func linesOf(text []byte) (all [][]byte) {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			all = append(all, line)
		}
	}
	return all
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
