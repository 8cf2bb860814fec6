package attest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftershock/internal/document"
	"aftershock/internal/problem"
)

// Trust says which keys are believed, and how many of them must have signed.
type Trust struct {
	Name string
	Keys []Trusted
	Need []Need
}

// Trusted is a key with what its signature means.
type Trusted struct {
	Public
	Name        string
	Role        string    // what a signature by it says, such as ran or approved
	From, Until time.Time // valid in [From, Until); zero for no limit
}

// Need asks for signatures by so many different keys of a role.
type Need struct {
	Role    string
	AtLeast int
}

// most is the largest number of keys that a trust file may ask for.
const most = 100

// ParseTrust reads a trust file, strictly, as policies are read. Every key counts once: one that is named twice is
// refused (SameKey). A role that asks for more keys than there are is refused too.
func ParseTrust(file string, source []byte) (Trust, error) {
	list := problem.NewList(file, string(source))
	var t Trust
	same := false
	if root, ok := document.Parse(list, "trust file", source); ok {
		o, _ := root.Object([]string{"name", "keys", "require"}, nil)
		t.Name, _ = o["name"].Word()
		same = t.readKeys(o["keys"])
		t.readNeeds(o["require"])
	}
	err := list.Err()
	if err != nil && same {
		err = &Refusal{SameKey, "", err.Error()}
	}
	if err != nil {
		return Trust{}, err
	}
	return t, nil
}

func (t *Trust) readKeys(v document.Value) (same bool) {
	items, ok := v.Items("key")
	if ok && len(items) == 0 {
		v.Addf("there must be at least one key")
	}
	names := map[string]int{}
	for _, item := range items {
		o, _ := item.Object([]string{"name", "role", "key"}, []string{"from", "until"})
		k := Trusted{Name: o["name"].Unique(names)}
		k.Role, _ = o["role"].Word()
		k.From, k.Until = readDate(o["from"]), readDate(o["until"])
		if !k.From.IsZero() && !k.Until.IsZero() && !k.From.Before(k.Until) {
			o["until"].Addf("is not after from: the key would never be valid")
		}
		if k.Public, ok = readKey(o["key"]); !ok {
			continue
		}
		if i := slices.IndexFunc(t.Keys, func(other Trusted) bool { return other.ID == k.ID }); i >= 0 {
			o["key"].Addf("is that of %q again: a key counts once, and has one role", t.Keys[i].Name)
			same = true
			continue
		}
		t.Keys = append(t.Keys, k)
	}
	return same
}

// readKey reads a public key as keygen prints it: its DER in base64, which is the middle of the PEM file.
func readKey(v document.Value) (Public, bool) {
	text, ok := v.Text()
	if !ok {
		return Public{}, false
	}
	der, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		v.Addf("is no base64: it must be what a public key's file has between its first and last line")
		return Public{}, false
	}
	p, err := parsePublic(der)
	if err != nil {
		v.Addf("is no public key that can be used: %v", err)
	}
	return p, err == nil
}

// readDate reads a day, which begins at midnight UTC.
func readDate(v document.Value) time.Time {
	if !v.Given() {
		return time.Time{}
	}
	text, ok := v.Text()
	if !ok {
		return time.Time{}
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		v.Addf("%q is no day (allowed: such as 2027-01-31; it begins at midnight UTC)", text)
	}
	return at
}

func (t *Trust) readNeeds(v document.Value) {
	items, ok := v.Items("requirement")
	if ok && len(items) == 0 {
		v.Addf("there must be at least one: trust that asks for no signature would believe everything")
	}
	var roles []string
	for _, k := range t.Keys {
		roles = append(roles, k.Role)
	}
	seen := map[string]int{}
	for _, item := range items {
		o, ok := item.Object([]string{"role", "at-least"}, nil)
		if !ok {
			continue
		}
		role := o["role"].Unique(seen)
		n := Need{role, o["at-least"].Integer(1, most)}
		if have := t.count(role, func(Trusted) bool { return true }); role != "" && have < n.AtLeast {
			o["role"].Addf("asks for %d of %q, and the file has %d (roles: %s)", n.AtLeast, role, have,
				strings.Join(slices.Compact(slices.Sorted(slices.Values(roles))), ", "))
		}
		t.Need = append(t.Need, n)
	}
}

// TrustAll believes keys without a trust file: each must have signed. A key that is given twice is refused (SameKey).
func TrustAll(files []string, keys []Public) (t Trust, err error) {
	for i, k := range keys {
		for n, other := range keys[:i] {
			if other.ID == k.ID {
				return t, &Refusal{SameKey, files[i], "is the key of " + files[n] + " again: a key counts once"}
			}
		}
		t.Keys = append(t.Keys, Trusted{Public: k, Name: files[i], Role: givenRole})
	}
	if len(keys) == 0 {
		return t, errors.New("no key is trusted")
	}
	t.Need = []Need{{givenRole, len(keys)}}
	return t, nil
}

// givenRole is the role of keys that were given without a trust file.
const givenRole = "given"

func (t Trust) count(role string, which func(Trusted) bool) (n int) {
	for _, k := range t.Keys {
		if k.Role == role && which(k) {
			n++
		}
	}
	return n
}

// key finds the trusted key of a fingerprint.
func (t Trust) key(id string) (Trusted, bool) {
	for _, k := range t.Keys {
		if k.ID == id {
			return k, true
		}
	}
	return Trusted{}, false
}

// validAt says why a key is not valid at a time; empty when it is.
func (k Trusted) validAt(at time.Time) string {
	switch {
	case !k.From.IsZero() && at.Before(k.From):
		return fmt.Sprintf("is valid from %s on only", k.From.Format(time.DateOnly))
	case !k.Until.IsZero() && !at.Before(k.Until):
		return "expired on " + k.Until.Format(time.DateOnly)
	}
	return ""
}
