package page_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"aftershock/results/report/page"
)

// colours are the CSS variables of a page, light and dark: what dark does not name it has from light.
func colours(t testing.TB) map[string]map[string]string {
	t.Helper()
	found := regexp.MustCompile(`:root\{([^}]*)\}`).FindAllStringSubmatch(written(t, page.Page{}), -1)
	if len(found) != 2 {
		t.Fatalf("%d blocks of variables, want light and dark", len(found))
	}
	all := map[string]map[string]string{"light": {}, "dark": {}}
	for i, scheme := range []string{"light", "dark"} {
		for _, v := range regexp.MustCompile(`--([a-z0-9]+):#([0-9a-f]+)`).FindAllStringSubmatch(found[i][1], -1) {
			all[scheme][v[1]] = v[2]
			if _, named := all["dark"][v[1]]; !named {
				all["dark"][v[1]] = v[2]
			}
		}
	}
	return all
}

// luminance is the relative luminance of a colour in hexadecimal digits, by WCAG 2.2.
//
// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
func luminance(t testing.TB, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("%q: %v", hex, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Texts have a contrast of 4.5 to what they stand on, and what has to be seen in a chart one of 3, in both schemes: the
// levels AA of WCAG 2.2 (1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	pairs := map[string]float64{
		"text ground": 4.5, "soft ground": 4.5, "text panel": 4.5, "soft panel": 4.5, "text alarm": 4.5,
		"after ground": 4.5, "before ground": 4.5, // words such as verdicts and links have these colours
		"text gone": 4.5, "text new": 4.5, "focus ground": 3, "fault ground": 3,
	}
	for _, shade := range []string{"even", "more1", "more2", "more3", "more4", "less1", "less2", "less3", "less4"} {
		pairs["ink "+shade] = 4.5
	}
	for scheme, all := range colours(t) {
		for pair, least := range pairs {
			above, below, _ := strings.Cut(pair, " ")
			if all[above] == "" || all[below] == "" {
				t.Fatalf("%s: no colour %s or %s", scheme, above, below)
			}
			a, b := luminance(t, all[above]), luminance(t, all[below])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %v", scheme, above, below, ratio, least)
			}
		}
	}
	black, white := luminance(t, "000"), luminance(t, "ffffff")
	if ratio := (white + 0.05) / (black + 0.05); math.Abs(ratio-21) > 1e-9 {
		t.Errorf("black on white has %v, want 21", ratio)
	}
}
