package stat_test

import (
	"encoding/json"
	"strings"
	"testing"

	"aftershock/results/stat"
)

var words = map[stat.Verdict]string{
	stat.Inconclusive: "inconclusive", stat.NoDifference: "no difference", stat.Improved: "improved",
	stat.Regressed: "regressed", stat.NotExercised: "not exercised", stat.TooFewPairs: "too few pairs",
}

func TestVerdictWords(t *testing.T) {
	var zero stat.Verdict
	if zero != stat.Inconclusive {
		t.Errorf("the zero value is %v", zero)
	}
	for v, want := range words {
		if v.String() != want {
			t.Errorf("String() = %q, want %q", v, want)
		}
		text, err := v.MarshalText()
		if err != nil || string(text) != want {
			t.Errorf("MarshalText() = %q, %v", text, err)
		}
		var back stat.Verdict
		if err := back.UnmarshalText(text); err != nil || back != v {
			t.Errorf("%q came back as %v, %v", want, back, err)
		}
	}
}

func TestUnknownVerdicts(t *testing.T) {
	for _, text := range []string{"", "Improved", "improved ", "no-difference", "pass", "1"} {
		v := stat.Regressed
		err := v.UnmarshalText([]byte(text))
		if err == nil || v != stat.Regressed {
			t.Errorf("%q was read as %v, %v", text, v, err)
			continue
		}
		for _, word := range words {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q does not name %q", err, word)
			}
		}
	}
	for _, v := range []stat.Verdict{-1, 6} {
		if text, err := v.MarshalText(); err == nil {
			t.Errorf("%v was written as %q", v, text)
		}
		if _, err := json.Marshal(v); err == nil {
			t.Errorf("%v was written as JSON", v)
		}
		if !strings.HasPrefix(v.String(), "Verdict(") {
			t.Errorf("verdict %d reads %q", int(v), v)
		}
	}
}

func TestAbsentVerdictIsInconclusive(t *testing.T) {
	var read struct{ Verdict stat.Verdict }
	if err := json.Unmarshal([]byte(`{}`), &read); err != nil || read.Verdict != stat.Inconclusive {
		t.Errorf("%v, %v", read.Verdict, err)
	}
	if err := json.Unmarshal([]byte(`{"Verdict":"better"}`), &read); err == nil {
		t.Error("an unknown word was read")
	}
}
