package service

import (
	"strings"
	"testing"
)

func TestTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "plain", "{\"a\": 1}": "{\"a\": 1}", "k{{.N}}": "k104", "{{.Mod 10}}/{{ .Seed }}": "4/7",
		"{{- .N -}} x": "104x",
	} {
		w, err := compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := w.fill(operation{N: 104, Seed: 7}); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestTextsThatAreNoTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"{{.M}}":              `unknown field "M"; did you mean "N"? (allowed: N, Seed, Mod, Draw) in {{.M}}`,
		"{{.Sed}}":            `did you mean "Seed"?`,
		"{{":                  "is no template: ",
		"{{.N.Seed}}":         "is not possible in a template here",
		"{{range 9}}x{{end}}": "is not possible in a template here",
		"{{if true}}x{{end}}": "is not possible in a template here (allowed: {{.N}}, {{.Seed}}, {{.Mod 100}}, " +
			"{{.Draw 100}})",
		"{{printf \"%d\" .N}}":     "is not possible in a template here",
		"{{$x := .N}}":             "is not possible in a template here",
		"{{.N | print}}":           "is not possible in a template here",
		"{{.Mod .N}}":              ".N is not a number",
		"{{.Mod 0}}":               "of 0 (allowed: 1 or more)",
		"{{.Draw}}":                "wrong number of args",
		"{{template \"x\"}}":       "is not possible in a template here",
		"{{block \"x\" .}}{{end}}": "is not possible in a template here",
		"{{.}}":                    "is not possible in a template here",
		"{{.Draw 1.5}}":            "1.5",
	} {
		if err := Check(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestDrawsFollowSeedAndNumber(t *testing.T) {
	seen := map[int]int{}
	for n := range 1000 {
		a, _ := operation{n, 3}.Draw(4)
		b, _ := operation{n, 3}.Draw(4)
		if a != b || a < 0 || a > 3 {
			t.Fatalf("operation %d drew %d and %d", n, a, b)
		}
		seen[a]++
	}
	for k := range 4 {
		if seen[k] < 200 {
			t.Errorf("drew %v", seen)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"", "{{.N}}", "{{.Mod 3}}{{.Draw 4}}", "{{if .N}}{{end}}", "{{/* c */}}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := compile(text)
		if err != nil {
			return
		}
		if _, err := w.fill(operation{N: 12, Seed: 1}); err != nil {
			t.Errorf("%q was accepted: %v", text, err)
		}
	})
}

func TestAddresses(t *testing.T) {
	for url, want := range map[string]string{
		"http://127.0.0.1:{port}/a": "", "http://127.9.8.7:80": "",
		"https://127.0.0.1:1/":                   "",
		"https://10.0.0.1:1/":                    "only addresses of 127.0.0.0/8 are driven",
		"ftp://127.0.0.1:1/":                     "does not begin with http:// or https://",
		"http://localhost:{port}/":               "is not on this machine",
		"http://10.0.0.1:80/":                    "only addresses of 127.0.0.0/8 are driven",
		"http://[::1]:80/":                       "is not on this machine",
		"http://127.0.0.1/":                      "names no port",
		"http://127.0.0.1:{prt}/":                "has no port that could be one",
		"http://127.0.0.1:0/":                    "has no port that could be one",
		"http://127.0.0.1:80@example.com/":       "has no port that could be one",
		"http://127.0.0.{{.N}}:{port}/":          "is not on this machine",
		"http://127.0.0.1:{port}?q":              "has no port that could be one",
		"http://user:pass@127.0.0.1:{port}/path": "is not on this machine",
	} {
		if err := CheckURL(url); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", url, err, want)
		}
	}
	if _, err := dialHere(t.Context(), "tcp", "10.0.0.1:80"); err == nil ||
		!strings.Contains(err.Error(), "is not on this machine") {
		t.Errorf("dialled: %v", err)
	}
}

func TestWordsOfACommand(t *testing.T) {
	p := Program{Command: []string{"sh", "-c", "exec x --port {port} ${port} {dir}", "{endpoints}", "{other}"}}
	got := strings.Join(p.words(map[string]string{"PORT": "81", "AFTERSHOCK_DIR": "/t", "ETCD_ENDPOINTS": "a,b"}), "|")
	if want := "sh|-c|exec x --port 81 ${port} /t|a,b|{other}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
