package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"aftershock/internal/regular"
	"aftershock/internal/units"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/signoff"

	"github.com/spf13/cobra"
)

// verifyFlags are the flags of aftershock verify.
type verifyFlags struct {
	runs     []string
	policy   string
	keys     []string
	trust    string
	subjects []string
	waive    []string
	at       string
	json     bool
}

func newVerify() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify EVIDENCE --run RUN",
		Short: "Find out whether evidence holds: signatures, files, and every figure again",
		Args:  exactly(1, "a file of evidence"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), args[0], cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.runs, "run", nil, "the folder of a run that the evidence is of; may be repeated")
	flags.StringVar(&f.policy, "policy", "", "the policy by which it must have been judged: a file, or the name "+
		"of a shipped policy")
	flags.StringArrayVar(&f.keys, "key", nil, "a public key's file; may be repeated, and each must have signed")
	scope(cmd, "key")
	flags.StringVar(&f.trust, "trust", "", "in place of --key: a file that says which keys are trusted and how many "+
		"must have signed")
	subjectFlag(flags, &f.subjects)
	waiveFlag(flags, &f.waive)
	flags.StringVar(&f.at, "at", "", "the day on which keys have to be valid, such as 2027-01-31 (default: now)")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	return cmd
}

func (f *verifyFlags) run(ctx context.Context, file string, stdout io.Writer) error {
	q, err := f.question(file)
	if err != nil {
		return usage(err)
	}
	holds, err := signoff.Verify(ctx, q)
	if f.json {
		printed := f.printJSON(stdout, holds, err)
		if printed != nil {
			return printed
		}
	}
	if err != nil {
		if len(attest.Refusals(err)) > 0 {
			return fmt.Errorf("%w:\n%w", errRefused, err)
		}
		return err
	}
	if !f.json {
		if err := printHolds(stdout, file, holds); err != nil {
			return err
		}
	}
	return answer(holds.Evidence.Result)
}

// question reads all that the flags name.
func (f *verifyFlags) question(file string) (q signoff.Question, err error) {
	q = signoff.Question{File: file, Folders: f.runs, Waive: f.waive, At: time.Now()}
	var errs [5]error
	q.Text, errs[0] = regular.Read(file)
	q.Policy, errs[1] = policyOf(f.policy)
	q.Trust, errs[2] = f.trusted()
	q.About, errs[3] = readSubjects(f.subjects)
	errs[4] = checkWaivers(f.waive)
	if f.at != "" {
		var at time.Time
		if at, err = time.Parse(time.DateOnly, f.at); err != nil {
			err = fmt.Errorf("--at: %q is no day (allowed: such as 2027-01-31)", f.at)
		}
		q.At = at
	}
	if len(f.runs) == 0 {
		err = errors.Join(err, errors.New("--run is missing: the folder of a run that the evidence is of"))
	}
	return q, errors.Join(append(errs[:], err)...)
}

// trusted are the keys that are believed.
func (f *verifyFlags) trusted() (attest.Trust, error) {
	switch {
	case f.trust != "" && len(f.keys) > 0:
		return attest.Trust{}, errors.New("--trust names the keys already: leave --key out")
	case f.trust != "":
		text, err := regular.Read(f.trust)
		if err != nil {
			return attest.Trust{}, fmt.Errorf("--trust: %w", err)
		}
		return attest.ParseTrust(f.trust, text)
	case len(f.keys) == 0:
		return attest.Trust{}, errors.New("--key or --trust is missing: whose signatures count")
	}
	var keys []attest.Public
	for _, file := range f.keys {
		k, err := attest.ReadPublic(file)
		if err != nil {
			return attest.Trust{}, fmt.Errorf("--key: %w", err)
		}
		keys = append(keys, k)
	}
	return attest.TrustAll(f.keys, keys)
}

// verified is what verify --json prints.
type verified struct {
	Schema   int               `json:"schema"`
	Holds    bool              `json:"holds"`
	Result   gate.Result       `json:"result,omitempty"` // what the policy answered, in evidence that holds
	Subjects []attest.Subject  `json:"subjects,omitempty"`
	Signed   []signedBy        `json:"signed,omitempty"`
	Files    int               `json:"files,omitempty"`
	Bytes    int64             `json:"bytes,omitempty"`
	Waived   []string          `json:"waived,omitempty"`
	Refused  []*attest.Refusal `json:"refused,omitempty"`
}

type signedBy struct {
	Name string `json:"name"`
	Role string `json:"role"`
	Key  string `json:"key"`
}

func (f *verifyFlags) printJSON(stdout io.Writer, h signoff.Holds, err error) error {
	refusals := attest.Refusals(err)
	if err != nil && len(refusals) == 0 {
		return err
	}
	v := verified{Schema: 1, Holds: err == nil, Refused: refusals}
	if err == nil {
		v.Result, v.Waived = h.Evidence.Result, h.Evidence.Waived
		v.Subjects, v.Files, v.Bytes = h.About, h.Files, h.Bytes
		for _, k := range h.Signed {
			v.Signed = append(v.Signed, signedBy{k.Name, k.Role, k.ID})
		}
	}
	return printJSON(stdout, v)
}

func printHolds(w io.Writer, file string, h signoff.Holds) error {
	var text strings.Builder
	for _, k := range h.Signed {
		fmt.Fprintf(&text, "signed by %s (%s, %s)\n", k.Name, k.Role, k.Short())
	}
	for _, s := range h.About {
		fmt.Fprintf(&text, "about %s\n", s)
	}
	for _, r := range h.Evidence.Runs {
		registered := "pre-registered"
		if r.Registration == "" {
			registered = "not pre-registered"
		}
		fmt.Fprintf(&text, "run %s, %s: %s\n", r.ID, registered, r.Decision.Result)
	}
	for _, waived := range h.Evidence.Waived {
		fmt.Fprintf(&text, "waived: %s\n", waived)
	}
	_, err := fmt.Fprintf(w, "%s%s with %s are what was signed; every figure was computed again\n"+
		"%s holds: policy %s says %s\n", text.String(), units.Count(h.Files, "file"), signoff.Megabytes(h.Bytes),
		file, h.Evidence.Policy.Name, h.Evidence.Result)
	return err
}
