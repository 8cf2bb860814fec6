package attest_test

import (
	"errors"
	"strings"
	"testing"

	"aftershock/results/attest"
)

// How many of which keys must have signed, and what else may be wrong with a signature: each has its own error.
func TestTrust(t *testing.T) {
	ci, ann, bob, eve := signer(t, 1), signer(t, 2), signer(t, 3), signer(t, 4)
	believed := trust(t, listed("ci", "ran", ci, "")+
		listed("ann", "approved", ann, ", from: 2026-01-01, until: 2026-07-01")+listed("bob", "approved", bob, ""),
		"  - {role: ran, at-least: 1}\n  - {role: approved, at-least: 2}\n")
	for name, c := range map[string]struct {
		signers []attest.Signer
		days    int // after noon
		kinds   []attest.Kind
		want    string
	}{
		"all": {[]attest.Signer{bob, ci, ann}, 0, nil, ""},
		"one of two": {[]attest.Signer{ci, ann}, 0, []attest.Kind{attest.TooFew},
			"approved needs signatures by 2 trusted keys, and there is that of ann"},
		"not who ran": {[]attest.Signer{ann, bob}, 0, []attest.Kind{attest.TooFew}, "role ran needs"},
		"unknown":     {[]attest.Signer{ci, ann, bob, eve}, 0, []attest.Kind{attest.UnknownKey}, eve.Short()},
		"twice": {[]attest.Signer{ci, ann, ann}, 0, []attest.Kind{attest.SignedTwice, attest.TooFew},
			ann.Short()},
		"expired": {[]attest.Signer{ci, ann, bob}, 60, []attest.Kind{attest.Expired, attest.TooFew},
			"ann (" + ann.Short() + ") expired on 2026-07-01, and it is 2026-07-31"},
		"not yet": {[]attest.Signer{ci, ann, bob}, -200, []attest.Kind{attest.Expired, attest.TooFew},
			"is valid from 2026-01-01 on only"},
		"the last day": {[]attest.Signer{ci, ann, bob}, 29, nil, ""},
	} {
		_, err := believed.Check(t.Context(), enveloped(t, c.signers...), noon.AddDate(0, 0, c.days))
		all := attest.Refusals(err)
		if len(all) != len(c.kinds) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, kind := range c.kinds {
			if all[i].Kind != kind {
				t.Errorf("%s: %v", name, all[i].Kind)
			}
		}
	}
}

// A signature that was taken out, one by another key under a known fingerprint, and one over something else.
func TestSignaturesThatWereTamperedWith(t *testing.T) {
	ci, eve := signer(t, 1), signer(t, 4)
	believed := trust(t, listed("ci", "ran", ci, ""), "  - {role: ran, at-least: 1}\n")
	whole := line(t, enveloped(t, ci))
	payload := func(text string) string {
		before, _, _ := strings.Cut(text, `"signatures"`)
		return before
	}
	stripped := payload(whole) + `"signatures":[]}` + "\n"
	other := strings.Replace(string(statement(t)), "true", "false", 1)
	changed, err := attest.Sign(t.Context(), []byte(other), ci)
	if err != nil {
		t.Fatal(err)
	}
	swapped := payload(line(t, changed)) + strings.TrimPrefix(whole, payload(whole))
	for name, c := range map[string]struct {
		text string
		kind attest.Kind
	}{
		"stripped": {stripped, attest.Unsigned},
		"by another key": {strings.Replace(line(t, enveloped(t, eve)), eve.ID, ci.ID, 1),
			attest.BadSignature},
		"under another name":       {strings.Replace(whole, ci.ID, eve.ID, 1), attest.UnknownKey},
		"under a label":            {strings.Replace(whole, ci.ID, "ci", 1), attest.UnknownKey},
		"over another statement":   {swapped, attest.BadSignature},
		"without the key's name":   {strings.Replace(whole, ci.ID, "", 1), attest.UnknownKey},
		"the signature of nothing": {strings.Replace(whole, `"sig":"`, `"sig":"AAAA`, 1), attest.BadSignature},
	} {
		b, err := attest.ParseBundle("x", []byte(c.text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err = believed.Check(t.Context(), b[0], noon)
		if !errors.Is(err, c.kind) || !strings.HasPrefix(err.Error(), "x:1: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTrustFilesThatAreRefused(t *testing.T) {
	ci, ann := signer(t, 1), signer(t, 2)
	const needs = "require:\n  - {role: ran, at-least: 1}\n"
	one := "name: us\nkeys:\n" + listed("ci", "ran", ci, "")
	with := func(more string) string { return "name: us\nkeys:\n" + listed("ci", "ran", ci, more) + needs }
	for name, c := range map[string]struct{ text, want string }{
		"one key, two names": {one + listed("cd", "approved", ci, "") + needs, "trust.yaml:4:"},
		"one name, two keys": {one + listed("ci", "ran", ann, "") + needs, `"ci" is used twice`},
		"no keys":            {"name: us\nkeys: []\n" + needs, "at least one key"},
		"no needs":           {one + "require: []\n", "would believe everything"},
		"more than there are": {one + "require:\n  - {role: ran, at-least: 2}\n",
			`asks for 2 of "ran", and the file has 1`},
		"another role":  {one + "require:\n  - {role: rna, at-least: 1}\n", "(roles: ran)"},
		"no day":        {with(", until: soon"), `"soon" is no day`},
		"never valid":   {with(", from: 2026-02-01, until: 2026-02-01"), "would never be valid"},
		"no base64":     {"name: us\nkeys:\n  - {name: ci, role: ran, key: '???'}\n" + needs, "is no base64"},
		"no key":        {"name: us\nkeys:\n  - {name: ci, role: ran, key: aGVsbG8=}\n" + needs, "is no public key"},
		"another field": {"name: us\nkyes: []\n" + needs, `did you mean "keys"?`},
	} {
		_, err := attest.ParseTrust("trust.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if same := name == "one key, two names"; errors.Is(err, attest.SameKey) != same {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := attest.TrustAll([]string{"a.pub", "b.pub"}, []attest.Public{ci.Public, ci.Public})
	if !errors.Is(err, attest.SameKey) || !strings.Contains(err.Error(), "b.pub: is the key of a.pub again") {
		t.Errorf("%v", err)
	}
	if _, err := attest.TrustAll(nil, nil); err == nil {
		t.Error("no key at all is trusted")
	}
}

func FuzzParseTrust(f *testing.F) {
	f.Add("name: us\nkeys:\n" + listed("ci", "ran", signer(f, 1), ", until: 2026-01-01") +
		"require:\n  - {role: ran, at-least: 1}\n")
	f.Fuzz(func(t *testing.T, text string) {
		found, err := attest.ParseTrust("x", []byte(text))
		if err != nil {
			return
		}
		ids := map[string]bool{}
		for _, k := range found.Keys {
			ids[k.ID] = true
		}
		if len(ids) != len(found.Keys) || len(found.Need) == 0 {
			t.Errorf("%q: %+v", text, found)
		}
	})
}
