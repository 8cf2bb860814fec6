package ops

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/cespare/xxhash/v2"
)

// A FormatError says where a file is not what it should be.
type FormatError struct {
	File    string
	Offset  int64
	Problem string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s: offset %d: %s", e.File, e.Offset, e.Problem)
}

func wrong(file string, offset int64, format string, args ...any) error {
	return &FormatError{file, offset, fmt.Sprintf(format, args...)}
}

// readHeader reads and checks everything before the counters, and that the file has the size that follows from it.
func readHeader(file string, r io.ReaderAt, size int64) (Header, layout, error) {
	length, digest, err := readPrefix(file, r, size)
	if err != nil {
		return Header{}, layout{}, err
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, prefixSize); err != nil && err != io.EOF {
		return Header{}, layout{}, err
	}
	if got := xxhash.Sum64(text); got != digest {
		return Header{}, layout{}, wrong(file, prefixSize, "corrupted: the header's digest is %016x, not %016x", got, digest)
	}
	h, err := parseHeader(file, text)
	if err != nil {
		return Header{}, layout{}, err
	}
	l := h.layout(len(text))
	if size < l.size {
		return Header{}, layout{}, wrong(file, size, "truncated: %d bytes of %d", size, l.size)
	}
	if size > l.size {
		return Header{}, layout{}, wrong(file, l.size, "%d bytes too many at the end", size-l.size)
	}
	return h, l, nil
}

// readPrefix gives the length and the digest of the header. The length is checked against the file's before anything of
// that length is allocated.
func readPrefix(file string, r io.ReaderAt, size int64) (length int64, digest uint64, err error) {
	prefix := make([]byte, prefixSize)
	n, err := r.ReadAt(prefix, 0)
	if err != nil && err != io.EOF {
		return 0, 0, err
	}
	if got := string(prefix[:min(n, len(magic))]); got != magic {
		return 0, 0, wrong(file, 0, "not an operation table: it begins with %q, not with %q", got, magic)
	}
	if n < prefixSize {
		return 0, 0, wrong(file, int64(n), "truncated within its first %d bytes", prefixSize)
	}
	length = int64(binary.LittleEndian.Uint32(prefix[12:]))
	switch v := binary.LittleEndian.Uint32(prefix[8:]); {
	case v > version:
		return 0, 0, wrong(file, 8, "version %d is newer than %d, the newest that this build reads", v, version)
	case v < version:
		return 0, 0, wrong(file, 8, "version %d is older than %d, the oldest that this build reads", v, version)
	case length > maxHeader:
		return 0, 0, wrong(file, 12, "a header of %d bytes (allowed: up to %d)", length, maxHeader)
	case prefixSize+length > size:
		return 0, 0, wrong(file, size, "truncated within its header of %d bytes", length)
	}
	return length, binary.LittleEndian.Uint64(prefix[16:]), nil
}

func parseHeader(file string, text []byte) (Header, error) {
	var h Header
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&h)
	if err == nil {
		err = h.check()
	}
	if err != nil {
		return Header{}, wrong(file, prefixSize, "the header is not what it should be: %v", err)
	}
	if end := decoder.InputOffset(); end != int64(len(text)) {
		return Header{}, wrong(file, prefixSize+end, "the header goes on for %d bytes after its end", int64(len(text))-end)
	}
	return h, nil
}
