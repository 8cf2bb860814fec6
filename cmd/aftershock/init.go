package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"aftershock/docs/examples"

	"github.com/spf13/cobra"
)

func newInit() *cobra.Command {
	var clone string
	cmd := &cobra.Command{
		Use: "init", Short: "Write a scenario for your own service, with a service to try it on, into this folder",
		Args: exactly(0, "no argument: it writes into the folder in which it is started"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("go") {
				return writeProgram(cmd.OutOrStdout(), clone)
			}
			return writeExample(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&clone, "go", "", "write a Go program and its test instead, of a module that uses the clone "+
		"of aftershock in this folder")
	return cmd
}

// writeExample writes a scenario and its service.
func writeExample(stdout io.Writer) error {
	all, err := filesOf(examples.Files, ".")
	if err == nil {
		err = writeNew(all)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "service.yaml: a scenario, with a comment for each part\n"+
		"service.py: a service with a defect, and with --all its repair (it needs python3)\n"+
		"next: %[1]s check service.yaml, then %[1]s run service.yaml\n", invocation())
	return err
}

// writeProgram writes a program that uses the library, and its test.
func writeProgram(stdout io.Writer, clone string) error {
	all, err := filesOf(examples.Library, "library")
	if err != nil {
		return err
	}
	module, sums, err := moduleOf(clone)
	if err != nil {
		return usage(fmt.Errorf("--go: %w", err))
	}
	if err := writeNew(append(all, newFile{"go.mod", module}, newFile{"go.sum", sums})); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "main.go: a service before and after a change, as its callers use it\n"+
		"main_test.go: it survives the loss of the leader\n"+
		"next: go test . for one trial, then go run . for a verdict on the change")
	return err
}

// moduleOf gives go.mod and go.sum of a module that requires what aftershock does, and aftershock from a clone: it is
// not published. So nothing is left to look up.
func moduleOf(clone string) (module, sums []byte, err error) {
	clone, err = filepath.Abs(clone)
	if err != nil {
		return nil, nil, err
	}
	needs, err := os.ReadFile(filepath.Join(clone, "go.mod"))
	if err != nil {
		return nil, nil, err
	}
	needs, ours := bytes.CutPrefix(needs, []byte("module aftershock\n"))
	if !ours {
		return nil, nil, fmt.Errorf("%s is no clone of aftershock: its go.mod is of another module", clone)
	}
	if sums, err = os.ReadFile(filepath.Join(clone, "go.sum")); err != nil {
		return nil, nil, err
	}
	needs, _, _ = bytes.Cut(needs, []byte("\ntool ")) // programs of aftershock's own development
	return fmt.Appendf(nil, "module store\n%s\nrequire aftershock v0.0.0\n\nreplace aftershock => %s\n", needs, clone),
		sums, nil
}

// newFile is a file that is to be written into the working folder.
type newFile struct {
	name string
	is   []byte
}

// filesOf are the files of a folder.
func filesOf(files fs.FS, folder string) (all []newFile, err error) {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		is, err := fs.ReadFile(files, filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, newFile{e.Name(), is})
	}
	return all, nil
}

// writeNew writes files, all or none, and never over another.
func writeNew(all []newFile) error {
	for _, t := range all {
		if _, err := os.Lstat(t.name); !errors.Is(err, fs.ErrNotExist) {
			return usage(fmt.Errorf("%s is there already, and is kept: start init in another folder", t.name))
		}
	}
	for _, t := range all {
		file, err := os.OpenFile(t.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = file.Write(t.is)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}
