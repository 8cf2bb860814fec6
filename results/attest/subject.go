package attest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"aftershock/internal/regular"

	v1 "github.com/in-toto/attestation/go/v1"
)

// ReadSubject makes a subject of what a user names: a file, or name@algorithm:digest for what is no file here, such as
// an image or a commit.
func ReadSubject(text string) (Subject, error) {
	if name, digest, ok := strings.Cut(text, "@"); ok && strings.Contains(digest, ":") {
		algorithm, value, _ := strings.Cut(digest, ":")
		return ParseSubject(name, algorithm, value)
	}
	file, err := regular.Open(text)
	if err != nil {
		return Subject{}, fmt.Errorf("%w; a subject is a file, or name@sha256:digest", err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return Subject{}, err
	}
	return Subject{filepath.Base(text), map[string]string{"sha256": hex.EncodeToString(sum.Sum(nil))}}, nil
}

// ParseSubject makes a subject of its parts, by in-toto's names of algorithms.
func ParseSubject(name, algorithm, value string) (Subject, error) {
	s := Subject{name, map[string]string{algorithm: strings.ToLower(value)}}
	where := fmt.Sprintf("subject %s@%s:%s", name, algorithm, value)
	if name == "" {
		return s, fmt.Errorf("%s has no name", where)
	}
	if _, known := v1.HashAlgorithms[algorithm]; !known || algorithm == "md5" || algorithm == "sha1" {
		return s, fmt.Errorf("%s: unknown algorithm %q (allowed: sha256, sha512, gitCommit, dirHash and others of "+
			"in-toto)", where, algorithm)
	}
	d := v1.ResourceDescriptor{Name: name, Digest: s.Digest}
	if err := d.Validate(); err != nil {
		return s, fmt.Errorf("%s: %w", where, err)
	}
	return s, nil
}

// Same tells whether two subjects are the same thing: they have a digest in common, and none that differs.
func (s Subject) Same(other Subject) bool {
	common := false
	for algorithm, value := range s.Digest {
		is, ok := other.Digest[algorithm]
		if ok && is != value {
			return false
		}
		common = common || ok
	}
	return common
}

// String is the name with its digests.
func (s Subject) String() string {
	parts := []string{s.Name}
	for _, algorithm := range slices.Sorted(maps.Keys(s.Digest)) {
		parts = append(parts, algorithm+":"+s.Digest[algorithm])
	}
	return strings.Join(parts, "@")
}
