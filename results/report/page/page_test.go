package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"math"
	"regexp"
	"strings"
	"testing"

	"aftershock/results/report/page"
)

// The policy names the very script and style that the page holds: with any other digest a browser runs neither.
func TestThePolicyNamesWhatThePageHolds(t *testing.T) {
	var text bytes.Buffer
	if err := (page.Page{Title: "a question", Style: "\nsvg .x{fill:#fff}"}).Write(&text); err != nil {
		t.Fatal(err)
	}
	policy := regexp.MustCompile(`Policy" content="([^"]*)"`).FindStringSubmatch(text.String())
	if policy == nil {
		t.Fatal("no policy")
	}
	for _, element := range []string{"script", "style"} {
		found := regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(text.String(), -1)
		if len(found) != 1 {
			t.Fatalf("%d elements of %s without a type", len(found), element)
		}
		sum := sha256.Sum256([]byte(found[0][1]))
		want := element + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
		if !strings.Contains(html.UnescapeString(policy[1]), want) {
			t.Errorf("no %s in %s", want, html.UnescapeString(policy[1]))
		}
	}
	if !strings.Contains(text.String(), "Copyright (c) 2022 Leon Sorokin") {
		t.Error("the licence of uPlot is not in the page")
	}
}

// A column has four digits, or all in front of the point, and reads back as that; what is no number is null.
func TestColumn(t *testing.T) {
	got, err := json.Marshal(page.Column{
		0, 1.23456, 187.26, 9999.4, 12345.6, 876543, 1e-7, math.NaN(), math.Inf(1), -2, 1e300,
	})
	const want = `[0,1.235,187.3,9999,12346,876543,1e-07,null,null,-2,1e+300]`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}
