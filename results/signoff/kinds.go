package signoff

import (
	"fmt"

	"aftershock/results/attest"
)

// What stands in the way of a signature, and what is wrong with evidence; errors.Is finds it in an error.
const (
	Partial      attest.Kind = "partial run"
	Damaged      attest.Kind = "damaged run"
	Invalid      attest.Kind = "run that cannot be judged"
	Underpowered attest.Kind = "underpowered run"
	Uncalibrated attest.Kind = "uncalibrated run"
	Dirty        attest.Kind = "dirty tree"
	Unregistered attest.Kind = "run that was not pre-registered"

	Incomplete     attest.Kind = "statement that is missing"
	OtherSubject   attest.Kind = "another subject"
	OtherPolicy    attest.Kind = "another policy"
	OtherRun       attest.Kind = "another run"
	MissingRun     attest.Kind = "run that is missing"
	ChangedFile    attest.Kind = "changed file"
	MissingFile    attest.Kind = "missing file"
	ForeignFile    attest.Kind = "file that was not signed"
	OtherFigure    attest.Kind = "another figure"
	OtherResult    attest.Kind = "another result"
	TooLate        attest.Kind = "registered too late"
	OtherPlan      attest.Kind = "another plan"
	OtherLoad      attest.Kind = "another load"
	OtherPrimary   attest.Kind = "another primary figure"
	OtherCondition attest.Kind = "another condition"
)

// A waiver takes evidence in spite of something. It is part of what is signed, and each verifier has to say it again.
const (
	WaiveDirty        = "dirty"
	WaiveUncalibrated = "uncalibrated"
	WaiveUnregistered = "unregistered"
)

// Waivers lists what may be waived.
func Waivers() []string { return []string{WaiveDirty, WaiveUncalibrated, WaiveUnregistered} }

// waived is what each waiver takes away.
var waived = map[attest.Kind]string{
	Dirty: WaiveDirty, Uncalibrated: WaiveUncalibrated, Unregistered: WaiveUnregistered,
}

// refuse makes a refusal; what is a format, as of fmt.Sprintf.
func refuse(kind attest.Kind, where, what string, args ...any) *attest.Refusal {
	return &attest.Refusal{Kind: kind, Where: where, What: fmt.Sprintf(what, args...)}
}
