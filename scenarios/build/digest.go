package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// treeDigest is the SHA-256 of all files below a folder: their paths, whether they can be executed, and their bytes; of
// a link, where it leads. Times, owners and git's own folder are left out.
func treeDigest(folder string) (string, error) {
	sum, files := sha256.New(), 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git" && path != folder:
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		files++
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		return addFile(sum, name, path, d)
	})
	if err != nil {
		return "", err
	}
	if files == 0 {
		return "", errNothingBuilt
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

var errNothingBuilt = fmt.Errorf("the build left no file in %s", Out)

// addFile adds a file of a walk, which has an order. Each part is preceded by its length, so that no two trees give one
// text.
func addFile(sum io.Writer, name, path string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	switch mode := info.Mode(); {
	case mode.Type() == fs.ModeSymlink:
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(sum, "link %d %s %d %s\n", len(name), name, len(target), target)
		return err
	case !mode.IsRegular():
		return fmt.Errorf("%s is neither a file nor a link, and cannot be kept", name)
	default:
		if _, err := fmt.Fprintf(sum, "file %d %s %v %d\n", len(name), name, mode&0o100 != 0, info.Size()); err != nil {
			return err
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(sum, file)
	return err
}
