package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"aftershock/docs/examples"

	"github.com/spf13/cobra"
)

func newInit() *cobra.Command {
	return &cobra.Command{
		Use: "init", Short: "Write a scenario for your own service, with a service to try it on, into this folder",
		Args: exactly(0, "no argument: it writes into the folder in which it is started"),
		RunE: func(cmd *cobra.Command, _ []string) error { return writeExample(cmd.OutOrStdout()) },
	}
}

// writeExample writes the example's files, all or none, and never over another.
func writeExample(stdout io.Writer) error {
	files, err := fs.ReadDir(examples.Files, ".")
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, err := os.Lstat(f.Name()); !errors.Is(err, fs.ErrNotExist) {
			return usage(fmt.Errorf("%s is there already, and is kept: start init in another folder", f.Name()))
		}
	}
	for _, f := range files {
		text, err := fs.ReadFile(examples.Files, f.Name())
		if err != nil {
			return err
		}
		file, err := os.OpenFile(f.Name(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = file.Write(text)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(stdout, "service.yaml: a scenario, with a comment for each part\n"+
		"service.py: a service with a defect, and with --all its repair (it needs python3)\n"+
		"next: %[1]s check service.yaml, then %[1]s run service.yaml\n", invocation())
	return err
}
