package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"aftershock/internal/process"
	"aftershock/internal/regular"
	"aftershock/internal/shell"
)

// The environment variables that hold user and password, where no file does.
const (
	userVariable     = "AFTERSHOCK_USER"
	passwordVariable = process.PasswordVariable
)

// longestCredentials is more than any user and password need; a longer line means another file.
const longestCredentials = 4096

// readCredentials reads user and password from the file, or without one from the environment; both are empty when there
// are none. No error quotes what was read.
func readCredentials(name string) (user, password string, err error) {
	user, password = os.Getenv(userVariable), os.Getenv(passwordVariable)
	switch {
	case name == "" && (user == "") != (password == ""):
		return "", "", fmt.Errorf("%s and %s go together, and one of them is empty", userVariable, passwordVariable)
	case name == "":
		return user, password, nil
	case user+password != "":
		return "", "", fmt.Errorf("--credentials is given, and %s or %s as well: leave one of them out", userVariable, passwordVariable)
	}
	if user, password, err = readCredentialsFile(name); err != nil {
		return "", "", fmt.Errorf("--credentials: %w", err)
	}
	return user, password, nil
}

func readCredentialsFile(name string) (user, password string, err error) {
	file, err := regular.Open(name)
	if err != nil {
		return "", "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", "", err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", "", fmt.Errorf("%s has mode %#o, so others than you can read the password in it: %s", name, mode, shell.Join("chmod", "600", name))
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, longestCredentials)
	if !lines.Scan() {
		if errors.Is(lines.Err(), bufio.ErrTooLong) {
			return "", "", fmt.Errorf("the first line of %s is longer than %d bytes", name, longestCredentials)
		}
		return "", "", errors.Join(fmt.Errorf("%s is empty: its first line must be user:password", name), lines.Err())
	}
	user, password, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), ":")
	if !ok || user == "" || password == "" {
		return "", "", fmt.Errorf("the first line of %s is not user:password", name)
	}
	return user, password, nil
}
