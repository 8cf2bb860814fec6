package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"aftershock/harness"
	"aftershock/internal/regular"
	"aftershock/internal/shell"
	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/manifest"
	"aftershock/results/signoff"

	"github.com/spf13/cobra"
)

// preregisterFlags are the flags of aftershock preregister: those of run that decide what is run, and what signs.
type preregisterFlags struct {
	what       runFlags
	policy     string
	key        string
	passphrase string
	out        string
}

func newPreregister() *cobra.Command {
	var f preregisterFlags
	cmd := &cobra.Command{
		Use:   "preregister SCENARIO|FILE",
		Short: "Sign what will be run, and the policy that will judge it, before the run",
		Args:  exactly(1, "a scenario"),
		RunE: func(cmd *cobra.Command, args []string) error {
			// These two mean something else in run.
			f.what.changed = func(name string) bool {
				return name != "key" && name != "out" && cmd.Flags().Changed(name)
			}
			return f.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	f.what.defineWhat(flags)
	flags.StringVar(&f.policy, "policy", "", "the policy that will judge the run: a file, or the name of a shipped "+
		"policy")
	keyFlag(cmd, &f.key)
	passphraseFlag(flags, &f.passphrase)
	flags.StringVar(&f.out, "out", results.RegistrationFile, "the file that gets the pre-registration")
	scope(cmd, "out")
	return cmd
}

func (f *preregisterFlags) run(ctx context.Context, scenario string, stdout, stderr io.Writer) error {
	if f.what.cluster == results.External {
		return usage(errors.New("--cluster external cannot be pre-registered: what the cluster is shows in the run " +
			"alone"))
	}
	policy, err := policyOf(f.policy)
	if err != nil {
		return usage(err)
	}
	options, limit, err := f.what.options(scenario)
	if err == nil {
		err = checkTime(options, limit)
	}
	if err == nil {
		err = options.CheckScenario()
	}
	if err == nil {
		err = errors.Join(builtLater(options), free(f.out))
	}
	if err != nil {
		return usage(err)
	}
	signer, err := signerOf(f.key, f.passphrase, stderr)
	if err != nil {
		return usage(err)
	}
	run, err := options.Declare()
	if err != nil {
		return err
	}
	statement, err := signoff.Register(run, options.PlanText(), policy, thisTool(), time.Now().UTC())
	if err != nil {
		return err
	}
	e, err := attest.Sign(ctx, statement, signer)
	if err == nil {
		err = writeBundle(f.out, attest.Bundle{e})
	}
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, fix := range run.Fixes {
		fmt.Fprintf(&text, "%s is judged by %s\n", fix.Name, fix.Primary)
	}
	_, err = fmt.Fprintf(stdout, "%spre-registered by %s: %s (SHA-256 %s)\nnext: %s with the same flags, and %s\n",
		text.String(), signer.Short(), f.out, manifest.Digest(statement), shell.Join(invocation(), "run", scenario),
		shell.Join("--preregistered", f.out))
	return err
}

// builtLater refuses a scenario whose target is built, or whose members' etcd is looked for, when the run begins: what
// it is then is not known before.
func builtLater(o harness.Options) error {
	if len(o.Programs()) > 0 {
		return errors.New("which etcd the members run is found out when the run begins, by its digest, and cannot be " +
			"registered before: leave out binary, module and --etcd")
	}
	var target struct {
		Arms json.RawMessage `json:"arms"`
	}
	if o.Scenario.Target == nil {
		return nil
	}
	if err := json.Unmarshal(o.Scenario.Target, &target); err != nil {
		return fmt.Errorf("target: %w", err)
	}
	if len(target.Arms) > 0 && string(target.Arms) != "null" {
		return errors.New("the arms of this scenario's target are built when the run begins, and cannot be " +
			"registered before: build the programs first, and name them in its commands")
	}
	return nil
}

// free refuses to write over a file: a pre-registration that a run names would be gone.
func free(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--out: %s is there already, and is kept: choose another name", path)
	}
	return nil
}

// register holds a run's options against the file of --preregistered, before anything is started.
func (f *runFlags) register(o *harness.Options) error {
	if f.registered == "" {
		return nil
	}
	text, err := regular.Read(f.registered)
	if err != nil {
		return fmt.Errorf("--preregistered: %w", err)
	}
	r, err := signoff.ReadRegistration(f.registered, text)
	if err != nil {
		return fmt.Errorf("--preregistered: %w", err)
	}
	run, err := o.Declare()
	if err != nil {
		return err
	}
	d, err := signoff.DeclaredBy(run, manifest.Digest(o.PlanText()))
	if err != nil {
		return err
	}
	if err := errors.Join(r.Differs(d)...); err != nil {
		return fmt.Errorf("--preregistered: this is not the run that was registered:\n%w", err)
	}
	o.Registration = &harness.Registration{SHA256: r.SHA256, File: text}
	return nil
}
