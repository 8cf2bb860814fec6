package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftershock/harness"
	"aftershock/internal/shell"
	"aftershock/results"

	"github.com/spf13/pflag"
)

// externalFlags say how an external cluster is reached, and what may be done to it.
type externalFlags struct {
	endpoints   []string
	ca          string
	cert        string
	key         string
	credentials string
	faults      []string
	lasting     []string
	foreignKeys bool
}

func (f *externalFlags) define(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.endpoints, "endpoints", nil, "with --cluster external: one loopback URL for each member, separated by commas; a name has to lead to this machine alone")
	flags.StringVar(&f.ca, "cacert", "", "with --cluster external: the file with the authorities that vouch for the members")
	flags.StringVar(&f.cert, "cert", "", "with --cluster external: the file with the client's certificate")
	flags.StringVar(&f.key, "key", "", "with --cluster external: the file with the certificate's key")
	flags.StringVar(&f.credentials, "credentials", "", "with --cluster external: a file whose first line is user:password (or: "+
		userVariable+" and "+passwordVariable+" in the environment)")
	flags.StringSliceVar(&f.faults, "allow-fault", nil, "with --cluster external: the faults that the cluster may suffer; none without this")
	flags.StringSliceVar(&f.lasting, "allow-lasting", nil, "with --cluster external: faults that the cluster may "+
		"suffer although a heal "+
		"cannot undo all they do, such as a compaction of its history; none without this")
	flags.BoolVar(&f.foreignKeys, "allow-foreign-keys", false, "with --cluster external: run even if the cluster "+
		"holds keys of others")
}

// externalNames are the flags that go with --cluster external only.
var externalNames = []string{"endpoints", "cacert", "cert", "key", "credentials", "allow-fault", "allow-lasting",
	"allow-foreign-keys"}

// refuse rejects the flags in a run without an external cluster.
func (f *externalFlags) refuse(changed func(string) bool) error {
	var errs []error
	for _, name := range externalNames {
		if changed(name) {
			errs = append(errs, fmt.Errorf("--%s is for an external cluster: it goes with --cluster %s", name,
				results.External))
		}
	}
	return errors.Join(errs...)
}

// runtime is the runtime that the flags describe.
func (f *externalFlags) runtime() (harness.Runtime, error) {
	var x harness.External
	x.Endpoints, x.CA, x.Cert, x.Key = f.endpoints, f.ca, f.cert, f.key
	x.Faults, x.Lasting, x.ForeignKeys = f.faults, f.lasting, f.foreignKeys
	user, password, err := readCredentials(f.credentials)
	x.User, x.Password = user, harness.Secret(password)
	return x.Runtime(), err
}

// words repeat the flags in a command. What the file of --credentials holds is not among them.
func (f *externalFlags) words() []string {
	var all []string
	for i, value := range []string{
		strings.Join(f.endpoints, ","), f.ca, f.cert, f.key, f.credentials, strings.Join(f.faults,
			","), strings.Join(f.lasting, ","),
	} {
		if value != "" {
			all = append(all, "--"+externalNames[i], value)
		}
	}
	if f.foreignKeys {
		all = append(all, "--allow-foreign-keys")
	}
	return all
}

// resume sets the runtime of a resumed run. The flags that reach an external cluster are given again and must be the
// same as before: no file holds the password, and the user who resumes has to allow the faults.
func (f *externalFlags) resume(o *harness.Options, changed func(string) bool) (err error) {
	if o.Runtime.External == nil {
		return f.refuse(changed)
	}
	was := o.Command.External()
	if !slices.Equal(was, f.words()) {
		return fmt.Errorf("the run is on an external cluster: resume it with the same flags as before: %s",
			shell.Join(was...))
	}
	o.Runtime, err = f.runtime()
	return err
}
