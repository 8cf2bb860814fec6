package attest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// Check holds an envelope's signatures against the trust, at a time, and gives the keys that signed. Every signature
// must be by a trusted key that is valid, and fit; and each role must have as many different keys as it needs. The
// error joins all Refusals.
func (t Trust) Check(ctx context.Context, e Envelope, at time.Time) (signed []Trusted, err error) {
	return t.check(ctx, e, at, t.Need)
}

// CheckAny is Check for an envelope that one trusted key must have signed, whatever its role.
func (t Trust) CheckAny(ctx context.Context, e Envelope, at time.Time) (signed []Trusted, err error) {
	return t.check(ctx, e, at, nil)
}

func (t Trust) check(ctx context.Context, e Envelope, at time.Time, need []Need) (signed []Trusted, err error) {
	if len(e.signed.Signatures) == 0 {
		return nil, &Refusal{Unsigned, e.Where, "has no signature: they were taken out, or it was never signed"}
	}
	var errs []error
	seen := map[string]bool{}
	said := dsse.PAE(PayloadType, e.Payload)
	for _, s := range e.signed.Signatures {
		if seen[s.KeyID] {
			errs = append(errs, refuse(SignedTwice, e.Where, "has two signatures by the key %s: a key counts once",
				short(s.KeyID)))
			continue
		}
		seen[s.KeyID] = true
		k, err := t.checkOne(ctx, e.Where, said, s, at)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		signed = append(signed, k)
	}
	for _, n := range need {
		if r := n.lacks(e.Where, signed); r != nil {
			errs = append(errs, r)
		}
	}
	return signed, errors.Join(errs...)
}

// checkOne checks a signature over bytes by itself.
func (t Trust) checkOne(
	ctx context.Context, where string, said []byte, s dsse.Signature, at time.Time,
) (Trusted, error) {
	k, ok := t.key(s.KeyID)
	if !ok {
		return k, refuse(UnknownKey, where, "is signed by the key %q, which is not trusted", short(s.KeyID))
	}
	sig, err := base64.StdEncoding.DecodeString(s.Sig)
	if err == nil {
		err = k.Verify(ctx, said, sig)
	}
	if err != nil {
		return k, refuse(BadSignature, where, "the signature of %s (%s) does not fit: what is signed was "+
			"changed, or the signature was", k.Name, k.Short())
	}
	if why := k.validAt(at); why != "" {
		return k, refuse(Expired, where, "the key of %s (%s) %s, and it is %s", k.Name, k.Short(), why,
			at.UTC().Format(time.DateOnly))
	}
	return k, nil
}

// lacks says which signatures are missing; nil when none is.
func (n Need) lacks(where string, signed []Trusted) *Refusal {
	var names []string
	for _, k := range signed {
		if k.Role == n.Role {
			names = append(names, k.Name)
		}
	}
	if len(names) >= n.AtLeast {
		return nil
	}
	have := "there is none"
	if len(names) > 0 {
		have = "there is that of " + strings.Join(names, ", ")
	}
	what := fmt.Sprintf("role %s needs signatures by %d trusted keys, and %s", n.Role, n.AtLeast, have)
	if n.Role == givenRole {
		what = fmt.Sprintf("all %d given keys must have signed, and %s", n.AtLeast, have)
	}
	return &Refusal{TooFew, where, what}
}
