package marked

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Program is the command line of a program that prints what a page shows: tables that its flags alone decide.
type Program struct {
	Mark string // the part's place in the page
	// Define defines the flags that decide what the tables are, beside -check and -write.
	Define func(flags *flag.FlagSet)
	// Check refuses values of these flags, before anything is computed.
	Check func() error
	// Tables computes the tables, and what they should show and do not.
	Tables func() (text string, broken []string, err error)
}

// usage is an error in the command line.
type usage struct{ error }

// Run carries the program out and gives its exit code: 0 when all that should hold does, 1 when it does not or the page
// shows something else, 2 on a usage error.
func (p Program) Run(args []string, stdout, stderr io.Writer) int {
	err := p.run(args, stdout, stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintf(stderr, "calibrate: %v\n", err)
	if errors.As(err, new(usage)) {
		return 2
	}
	return 1
}

func (p Program) run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("calibrate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	p.Define(flags)
	check := flags.String("check", "", "print the tables if a `file` shows the same, and the difference otherwise")
	write := flags.String("write", "", "put the tables into a `file`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usage{err}
	}
	if flags.NArg() > 0 {
		return usage{fmt.Errorf("unexpected argument %q (allowed: flags only)", flags.Arg(0))}
	}
	if err := p.Check(); err != nil {
		return usage{err}
	}
	if *check != "" && *write != "" {
		return usage{errors.New("-check and -write exclude each other")}
	}
	page, err := Open(*check+*write, p.Mark) // before the tables, which take a while
	if err != nil {
		return err
	}
	text, broken, err := p.Tables()
	if err != nil {
		return err
	}
	switch {
	case *check != "":
		if err = page.Compare(text, stdout); err == nil {
			_, err = io.WriteString(stdout, text)
		}
	case *write != "":
		err = page.Replace(text)
	default:
		_, err = io.WriteString(stdout, text)
	}
	if len(broken) > 0 {
		err = errors.Join(err, fmt.Errorf("%d of the rates that must hold do not:\n  %s", len(broken),
			strings.Join(broken, "\n  ")))
	}
	return err
}
