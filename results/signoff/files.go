package signoff

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"aftershock/internal/regular"
	"aftershock/results"
)

// evidencePrefix begins the names of what a sign-off leaves in a run's folder, which cannot hold its own digest.
const evidencePrefix = "evidence."

// readAtOnce is how much of a file is in memory at a time.
const readAtOnce = 256 << 10

// Digests lists all files below a run's folder with their digests, by name, but for evidence. Files are read piece by
// piece and several at a time. What is neither a regular file nor a folder is an error.
func Digests(folder string) ([]results.File, error) {
	names, err := list(folder)
	if err != nil {
		return nil, err
	}
	files, errs := make([]results.File, len(names)), make([]error, len(names))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		workers.Go(func() {
			piece := make([]byte, readAtOnce)
			for n := next.Add(1) - 1; n < int64(len(names)); n = next.Add(1) - 1 {
				files[n], errs[n] = digest(folder, names[n], piece)
			}
		})
	}
	workers.Wait()
	return files, errors.Join(errs...)
}

// list gives the names of all files within a folder, with slashes and in order.
func list(folder string) (names []string, err error) {
	err = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if name = filepath.ToSlash(name); strings.HasPrefix(name, evidencePrefix) {
			return nil
		}
		if !e.Type().IsRegular() {
			return fmt.Errorf("%s is %s, and no regular file", path, regular.Kind(e.Type()))
		}
		names = append(names, name)
		return nil
	})
	slices.Sort(names)
	return names, err
}

func digest(folder, name string, piece []byte) (results.File, error) {
	file, err := regular.OpenInPlace(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return results.File{}, err
	}
	defer file.Close()
	sum, size := sha256.New(), int64(0)
	for {
		n, err := file.Read(piece)
		sum.Write(piece[:n]) // a hash never fails
		size += int64(n)
		if errors.Is(err, io.EOF) {
			return results.File{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
		}
		if err != nil {
			return results.File{}, err
		}
	}
}

// compareFiles names each file of a run that is not what was signed.
func compareFiles(folder string, signed, found []results.File) (errs []error) {
	is, was := byName(found), byName(signed)
	for _, f := range signed {
		now, there := is[f.Name]
		where := filepath.Join(folder, filepath.FromSlash(f.Name))
		switch {
		case !there:
			errs = append(errs, refuse(MissingFile, where, "is missing, and was signed"))
		case now.Size != f.Size:
			errs = append(errs, refuse(ChangedFile, where, "has %d bytes, and had %d when it was signed", now.Size,
				f.Size))
		case now != f:
			errs = append(errs, refuse(ChangedFile, where, "is not what was signed: its SHA-256 is %.12s and was %.12s",
				now.SHA256, f.SHA256))
		}
	}
	for _, f := range found {
		if _, known := was[f.Name]; !known {
			errs = append(errs, refuse(ForeignFile, filepath.Join(folder, filepath.FromSlash(f.Name)),
				"is not among the files that were signed"))
		}
	}
	return errs
}

func byName(files []results.File) map[string]results.File {
	named := map[string]results.File{}
	for _, f := range files {
		named[f.Name] = f
	}
	return named
}
