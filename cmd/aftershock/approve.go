package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"aftershock/internal/regular"
	"aftershock/results/attest"
	"aftershock/results/signoff"

	"github.com/spf13/cobra"
)

func newApprove() *cobra.Command {
	var key, passphrase string
	cmd := &cobra.Command{
		Use: "approve EVIDENCE", Short: "Add a signature to evidence, over the same bytes; verify it first",
		Args: exactly(1, "a file of evidence"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return approve(cmd.Context(), args[0], key, passphrase, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	keyFlag(cmd, &key)
	passphraseFlag(cmd.Flags(), &passphrase)
	return cmd
}

// approve adds a signature to what was judged. A pre-registration is older than the result, and stays as it is.
func approve(ctx context.Context, file, key, passphrase string, stdout, stderr io.Writer) error {
	text, err := regular.Read(file)
	if err != nil {
		return usage(err)
	}
	bundle, err := attest.ParseBundle(file, text)
	if err != nil {
		return usage(err)
	}
	signer, err := signerOf(key, passphrase, stderr)
	if err != nil {
		return usage(err)
	}
	var e signoff.Evidence
	var about []attest.Subject
	found := false
	for i, each := range bundle {
		if each.Statement.PredicateType == signoff.RegistrationType {
			continue
		}
		if bundle[i], err = each.And(ctx, signer); err != nil {
			return usage(err)
		}
		if each.Statement.PredicateType == signoff.EvidenceType {
			found, about = true, each.Statement.Subject
			if err := each.Statement.Read(each.Where, signoff.EvidenceType, &e); err != nil {
				return usage(err)
			}
		}
	}
	if !found {
		return usage(fmt.Errorf("%s holds no evidence", file))
	}
	if err := writeBundle(file, bundle); err != nil {
		return err
	}
	page := filepath.Join(filepath.Dir(file), evidencePage)
	if err := writePage(page, file, e, about, bundle[0].Signers()); err != nil {
		return err
	}
	var names []string
	for _, s := range about {
		names = append(names, s.String())
	}
	_, err = fmt.Fprintf(stdout, "approved by %s: %s for %s by policy %s\n", signer.Short(), e.Result,
		strings.Join(names, ", "), e.Policy.Name)
	return err
}
