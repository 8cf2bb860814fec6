package attest

import (
	"errors"
	"fmt"
)

// Kind is what a refusal is about; errors.Is finds it in an error.
type Kind string

func (k Kind) Error() string { return string(k) }

// The kinds of refusals of this package.
const (
	Unreadable   Kind = "unreadable"             // an envelope or a statement is not what it should be
	Unsigned     Kind = "unsigned"               // an envelope has no signature
	UnknownKey   Kind = "unknown key"            // a signature is by a key that is not trusted
	BadSignature Kind = "bad signature"          // a signature does not fit what is signed
	SignedTwice  Kind = "signed twice"           // one key has two signatures
	Expired      Kind = "expired key"            // a key is not valid at the time
	TooFew       Kind = "too few signatures"     // a role lacks signatures
	SameKey      Kind = "one key twice"          // one key under two names
	WrongType    Kind = "wrong statement"        // another type of payload, statement or predicate
	LooseKey     Kind = "key that others read"   // the permissions of a private key's file are too wide
	Locked       Kind = "locked key"             // a private key's passphrase is missing or wrong
	Exists       Kind = "file that is there"     // a key would be overwritten
	NoKey        Kind = "no key of a known kind" // a file has no key that this package knows
)

// Refusal is why something is not believed.
type Refusal struct {
	Kind  Kind   `json:"kind"`
	Where string `json:"where"` // a file, or a part of one
	What  string `json:"what"`
}

// refuse makes one; what is a format, as of fmt.Sprintf.
func refuse(kind Kind, where, what string, args ...any) *Refusal {
	return &Refusal{kind, where, fmt.Sprintf(what, args...)}
}

func (r *Refusal) Error() string {
	if r.Where == "" {
		return r.What
	}
	return r.Where + ": " + r.What
}

// Unwrap gives the kind.
func (r *Refusal) Unwrap() error { return r.Kind }

// Refusals lists those of an error, in their order. What else went wrong is left out.
func Refusals(err error) (all []*Refusal) {
	var r *Refusal
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, each := range joined.Unwrap() {
			all = append(all, Refusals(each)...)
		}
		return all
	}
	if errors.As(err, &r) {
		all = append(all, r)
	}
	return all
}
