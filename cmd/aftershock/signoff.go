package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aftershock/harness"
	"aftershock/internal/nearest"
	"aftershock/internal/shell"
	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/signoff"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The files that a sign-off leaves.
const (
	evidenceFile = "evidence.intoto.jsonl"
	evidencePage = "evidence.html"
)

// signoffFlags are the flags of aftershock signoff.
type signoffFlags struct {
	policy      string
	key         string
	passphrase  string
	calibration string
	subjects    []string
	waive       []string
	out         string
}

func newSignoff() *cobra.Command {
	var f signoffFlags
	cmd := &cobra.Command{
		Use: "signoff RUN...", Short: "Judge runs by a policy and sign the answer, over what is to be released",
		Args: someRuns,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), cmd.Flags().Changed, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.policy, "policy", "", "a policy file, or the name of a shipped policy")
	keyFlag(cmd, &f.key)
	passphraseFlag(flags, &f.passphrase)
	flags.StringVar(&f.calibration, "calibration", calibrations, calibrationUsage+", in place of what the run quotes")
	subjectFlag(flags, &f.subjects)
	waiveFlag(flags, &f.waive)
	flags.StringVar(&f.out, "out", "", "the folder that gets "+evidenceFile+" and "+evidencePage+
		" (default: the first run's)")
	scope(cmd, "out")
	return cmd
}

// someRuns wants the folders of runs.
func someRuns(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usage(fmt.Errorf("%s takes the folders of runs, got no argument; usage: %s", cmd.CommandPath(),
			cmd.UseLine()))
	}
	return nil
}

func keyFlag(cmd *cobra.Command, at *string) {
	cmd.Flags().StringVar(at, "key", "", "the file of the private key to sign with, as keygen makes it")
	scope(cmd, "key")
}

func subjectFlag(flags *pflag.FlagSet, at *[]string) {
	flags.StringArrayVar(at, "subject", nil, "what is to be released: a file, or name@sha256:digest; may be repeated")
}

func waiveFlag(flags *pflag.FlagSet, at *[]string) {
	flags.StringSliceVar(at, "waive", nil, "accept in spite of: "+waivers())
}

func waivers() string { return strings.Join(signoff.Waivers(), ", ") }

func checkWaivers(given []string) error {
	for _, w := range given {
		if !slices.Contains(signoff.Waivers(), w) {
			return fmt.Errorf("--waive: %w", nearest.Unknown("waiver", w, signoff.Waivers()))
		}
	}
	return nil
}

func readSubjects(given []string) (about []attest.Subject, err error) {
	if len(given) == 0 {
		return nil, errors.New("--subject is missing: what is to be released, a file or name@sha256:digest")
	}
	for _, text := range given {
		s, err := attest.ReadSubject(text)
		if err != nil {
			return nil, fmt.Errorf("--subject: %w", err)
		}
		about = append(about, s)
	}
	return about, nil
}

// policyOf reads the policy of a verb that cannot do without.
func policyOf(name string) (gate.Policy, error) {
	if name == "" {
		return gate.Policy{}, errors.New("--policy is missing: a file, or one of the shipped policies")
	}
	return readPolicy(name)
}

// signerOf reads the private key of a verb that signs.
func signerOf(key, passphraseFile string, stderr io.Writer) (attest.Signer, error) {
	if key == "" {
		return attest.Signer{}, errors.New("--key is missing: the file of a private key, as keygen makes it")
	}
	s, err := attest.ReadPrivate(key, unlockWith(passphraseFile, stderr))
	if err != nil {
		return s, fmt.Errorf("--key: %w", err)
	}
	return s, nil
}

// thisTool is the program that signs.
func thisTool() signoff.Tool {
	e := harness.Environment()
	return signoff.Tool{Version: e.Aftershock, Commit: e.Commit}
}

func (f *signoffFlags) run(ctx context.Context, changed func(string) bool, folders []string, stdout,
	stderr io.Writer) error {
	policy, err := policyOf(f.policy)
	about, err2 := readSubjects(f.subjects)
	if err := errors.Join(err, err2, checkWaivers(f.waive)); err != nil {
		return usage(err)
	}
	signer, err := signerOf(f.key, f.passphrase, stderr)
	if err != nil {
		return usage(err)
	}
	r := signoff.Request{
		Folders: folders, Policy: policy, About: about, Waive: f.waive, Tool: thisTool(), Made: time.Now().UTC(),
	}
	if changed("calibration") {
		r.Calibration = func(e results.Environment) (*results.Calibration, error) {
			return results.FindCalibration(f.calibration, e)
		}
	}
	made, err := signoff.Make(r)
	if err != nil {
		return refused(err)
	}
	for _, run := range made.Evidence.Runs {
		if err := report.Decision(stdout, run.Decision); err != nil {
			return err
		}
	}
	out := f.out
	if out == "" {
		out = folders[0]
	}
	if err := f.sign(ctx, made, signer, out, stdout); err != nil {
		return err
	}
	return answer(made.Evidence.Result)
}

// sign writes the signed statements, and the page beside them.
func (f *signoffFlags) sign(ctx context.Context, made signoff.Statements, signer attest.Signer, out string,
	stdout io.Writer) error {
	var bundle attest.Bundle
	for _, statement := range [][]byte{made.Ours, made.Tests} {
		e, err := attest.Sign(ctx, statement, signer)
		if err != nil {
			return err
		}
		bundle = append(bundle, e)
	}
	for _, r := range made.Registrations {
		bundle = append(bundle, r.Envelope)
	}
	file := filepath.Join(out, evidenceFile)
	if err := writeBundle(file, bundle); err != nil {
		return err
	}
	page := filepath.Join(out, evidencePage)
	if err := writePage(page, file, made.Evidence, made.About, bundle[0].Signers()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, "evidence: %s, signed by %s: %s\n", file, signer.Short(), made.Evidence.Result)
	return err
}

func writeBundle(file string, bundle attest.Bundle) error {
	text, err := bundle.Text()
	if err != nil {
		return err
	}
	return results.WriteFile(file, text)
}

func writePage(file, evidence string, e signoff.Evidence, about []attest.Subject, signers []string) error {
	var text bytes.Buffer
	check := shell.Join("aftershock", "verify", evidence) + " --run RUN --policy FILE --subject FILE --trust FILE"
	if err := signoff.Page(&text, e, about, signers, check); err != nil {
		return err
	}
	return results.WriteFile(file, text.Bytes())
}

// errNotSigned is of runs that cannot be signed, and errRefused of evidence that does not hold.
var (
	errNotSigned = errors.New("not signed")
	errRefused   = errors.New("the evidence does not hold")
)

// refused tells apart what stands in the way of a signature from what the user got wrong.
func refused(err error) error {
	if len(attest.Refusals(err)) > 0 {
		return fmt.Errorf("%w:\n%w", errNotSigned, err)
	}
	return usage(err)
}
