package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"aftershock/results/attest"

	"github.com/spf13/cobra"
)

func newKeygen() *cobra.Command {
	var out, file string
	var locked bool
	cmd := &cobra.Command{
		Use: "keygen --out FILE", Short: "Make a key to sign with: FILE, and FILE.pub for those who verify",
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage(errors.New("--out is missing: the file of the private key"))
			}
			return usage(makeKeys(out, file, locked || file != "", cmd.OutOrStdout(), cmd.ErrOrStderr()))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "the private key's file; the public key gets the same name with .pub")
	scope(cmd, "out")
	flags.BoolVar(&locked, "passphrase", false, "encrypt the private key by a passphrase, which the terminal "+
		"is asked for")
	passphraseFlag(flags, &file)
	return cmd
}

// makeKeys writes the pair and says what a trust file needs to know of it. The private key is never shown.
func makeKeys(out, passphraseFile string, locked bool, stdout, stderr io.Writer) (err error) {
	var passphrase []byte
	if locked {
		if passphrase, err = newPassphrase(passphraseFile, stderr); err != nil {
			return err
		}
	}
	public, err := attest.WriteKeys(out, passphrase)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "private key: %s (keep it to yourself)\npublic key:  %s\nfingerprint: %s\n"+
		"in a trust file: {name: NAME, role: ROLE, key: %s}\n", out, attest.PublicFile(out), public.ID,
		base64.StdEncoding.EncodeToString(public.DER))
	return err
}
