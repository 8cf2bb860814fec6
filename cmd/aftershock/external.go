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
	hosts       []string // of --allow-host
	hostsFile   string
	foreignKeys bool

	allowed []harness.Allowed // what both name, with addresses
	named   []string          // the endpoints, those at allowed hosts by the names that were given
	names   map[string]string // of allowed hosts in endpoints, by the host and port that they became
}

func (f *externalFlags) define(flags *pflag.FlagSet) {
	f.names = map[string]string{}
	flags.StringSliceVar(&f.endpoints, "endpoints", nil, "with --cluster external: one URL for each member, separated "+
		"by commas; it has to lead to this machine alone, or to a host that is allowed")
	flags.StringVar(&f.ca, "cacert", "", "with --cluster external: the file with the authorities that vouch for the "+
		"members")
	flags.StringVar(&f.cert, "cert", "", "with --cluster external: the file with the client's certificate")
	flags.StringVar(&f.key, "key", "", "with --cluster external: the file with the certificate's key")
	flags.StringVar(&f.credentials, "credentials", "", "with --cluster external: a file whose first line is "+
		"user:password (or: "+userVariable+" and "+passwordVariable+" in the environment)")
	flags.StringSliceVar(&f.faults, "allow-fault", nil, "with --cluster external: the faults that the cluster may "+
		"suffer; none without this")
	flags.StringSliceVar(&f.lasting, "allow-lasting", nil, "with --cluster external: faults that the cluster may "+
		"suffer although a heal "+
		"cannot undo all they do, such as a compaction of its history; none without this")
	flags.StringSliceVar(&f.hosts, "allow-host", nil, "with --cluster external: a host beyond this machine that may "+
		"be dialled, and may suffer load and the allowed faults: HOST or HOST:PORT, may be repeated; none without this")
	flags.StringVar(&f.hostsFile, "allow-hosts", "", "with --cluster external: a file with such hosts, one a line, "+
		"with comments after #")
	flags.BoolVar(&f.foreignKeys, "allow-foreign-keys", false, "with --cluster external: run even if the cluster "+
		"holds keys of others")
}

// externalNames are the flags that go with --cluster external only.
var externalNames = []string{"endpoints", "cacert", "cert", "key", "credentials", "allow-fault", "allow-lasting",
	"allow-host", "allow-hosts", "allow-foreign-keys"}

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

// on is the runtime that --cluster names, with the flags where it is an external cluster.
func (f *externalFlags) on(name string, changed func(string) bool) (harness.Runtime, error) {
	if name == results.External {
		return f.runtime()
	}
	r, err := runtimeNamed(name)
	if err != nil {
		return r, err
	}
	return r, f.refuse(changed)
}

// runtime is the runtime that the flags describe.
func (f *externalFlags) runtime() (harness.Runtime, error) {
	var x harness.External
	x.Endpoints, x.CA, x.Cert, x.Key = f.endpoints, f.ca, f.cert, f.key
	x.Allowed, x.Names = f.allowed, f.names
	x.Faults, x.Lasting, x.ForeignKeys = f.faults, f.lasting, f.foreignKeys
	user, password, err := readCredentials(f.credentials)
	x.User, x.Password = user, harness.Secret(password)
	return x.Runtime(), err
}

// words repeat the flags in a command. What the file of --credentials holds is not among them.
func (f *externalFlags) words() []string {
	var all []string
	for i, value := range []string{
		strings.Join(f.named, ","), f.ca, f.cert, f.key, f.credentials, strings.Join(f.faults, ","),
		strings.Join(f.lasting, ","), strings.Join(f.hosts, ","), f.hostsFile,
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
