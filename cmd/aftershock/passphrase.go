package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"aftershock/internal/regular"
	"aftershock/results/attest"

	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// passphraseFlag is the file with a key's passphrase. A passphrase is never an argument: other users see those.
func passphraseFlag(flags *pflag.FlagSet, at *string) {
	flags.StringVar(at, "passphrase-file", "", "a file of mode 0600 whose first line is the key's passphrase "+
		"(default: the terminal is asked)")
}

// shortestPassphrase is how many bytes a passphrase must have at least.
const shortestPassphrase = 8

// passphraseOf reads the first line of a file that its owner alone may read.
func passphraseOf(file string) ([]byte, error) {
	if err := attest.Tight(file); err != nil {
		return nil, fmt.Errorf("--passphrase-file: %w", err)
	}
	text, err := regular.Read(file)
	if err != nil {
		return nil, fmt.Errorf("--passphrase-file: %w", err)
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return line, nil
}

// unlockWith asks for the passphrase of a key that has one: the file, or else the terminal.
func unlockWith(file string, stderr io.Writer) func() ([]byte, error) {
	return func() ([]byte, error) {
		if file != "" {
			return passphraseOf(file)
		}
		return ask(stderr, "passphrase: ")
	}
}

// newPassphrase is that of a new key, from the file or twice from the terminal.
func newPassphrase(file string, stderr io.Writer) ([]byte, error) {
	first, err := unlockWith(file, stderr)()
	if err != nil {
		return nil, err
	}
	if len(first) < shortestPassphrase {
		return nil, fmt.Errorf("a passphrase has %d bytes or more", shortestPassphrase)
	}
	if file != "" {
		return first, nil
	}
	second, err := ask(stderr, "again: ")
	if err == nil && !bytes.Equal(first, second) {
		err = errors.New("the two passphrases are not the same")
	}
	return first, err
}

// ask reads a line from the terminal without showing it.
func ask(stderr io.Writer, prompt string) ([]byte, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return nil, errors.New("the key has a passphrase, and standard input is no terminal: give --passphrase-file")
	}
	fmt.Fprint(stderr, prompt)
	line, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(stderr)
	return line, err
}
