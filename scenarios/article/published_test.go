package article

import (
	"slices"
	"testing"

	"aftershock/scenarios/article/claims"
)

// A verdict that is expected to be another one than the first page's has a reason, and so has a claim that is
// elsewhere now, or gone. One that could not be told then may be told now without one.
func TestWhatChangedHasAReason(t *testing.T) {
	last, err := First()
	if err != nil || len(last) == 0 {
		t.Fatalf("%d claims, %v", len(last), err)
	}
	now := list(t)
	for _, was := range last {
		i := slices.IndexFunc(now, func(c claims.Claim) bool { return c.Name == was.Name })
		switch {
		case i < 0 && was.Gone == "":
			t.Errorf("%s is gone, and nothing says why", was.Name)
		case i >= 0 && was.Gone != "":
			t.Errorf("%s is there, and is said to be gone: %s", was.Name, was.Gone)
		case i < 0 || was.Verdict == claims.Undecided:
		case (now[i].Chapter != was.Chapter || expected(now[i]) != was.Verdict) && now[i].Changed == "":
			t.Errorf("%s was %s in %s, is expected to be %s in %s, and does not say why", was.Name, was.Verdict,
				was.Chapter,
				expected(now[i]), now[i].Chapter)
		}
	}
}

// expected is what a claim is declared with.
func expected(c claims.Claim) claims.Verdict {
	return claims.Judge([]claims.Claim{c}, claims.Runs{})[0].Expected
}

func TestABrokenListOfTheFirstPageIsRefused(t *testing.T) {
	for _, text := range []string{``, `{}`, `[{"name":"a","verdict":"true"}]`, `[{"nam":"a"}]`} {
		if all, err := readFirst([]byte(text)); err == nil {
			t.Errorf("%s: %v", text, all)
		}
	}
}

func FuzzFirst(f *testing.F) {
	f.Add([]byte(`[{"name":"a","chapter":"1","says":"b","verdict":"holds"}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if all, err := readFirst(text); err != nil && all != nil {
			t.Errorf("%v, and an error: %v", all, err)
		}
	})
}
