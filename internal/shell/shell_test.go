package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"aftershock/internal/shell"
)

func TestPlainWordsStayAsTheyAre(t *testing.T) {
	words := []string{"bin/aftershock", "run", "./my-scenario_2.yaml", "--fix", "a,b", "--width", "10%", "--endpoints", "http://127.0.0.1:2379"}
	if got := shell.Join(words...); got != strings.Join(words, " ") {
		t.Errorf("got %s", got)
	}
}

// given takes words apart as a shell does.
func given(t *testing.T, line string) []string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestAShellGivesTheSameWords(t *testing.T) {
	for _, words := range [][]string{
		{""}, {"a b", "c"}, {"it's", `"quoted"`, `back\slash`}, {"$HOME", "`id`", "$(id)", "a;b", "a&b", "a|b", "a>b"},
		{"~", "*", "?", "[a]", "{a,b}", "#", "!", "a\nb", "\t"}, {"name=value"}, {"é"},
	} {
		got := given(t, shell.Join(words...))
		if strings.Join(got, "\x00") != strings.Join(words, "\x00") {
			t.Errorf("%q came back as %q", words, got)
		}
	}
}

func TestAProgramIsNeverAnAssignment(t *testing.T) {
	if got := shell.Join("a=b/aftershock", "c=d"); got != "'a=b/aftershock' c=d" {
		t.Errorf("got %s", got)
	}
}

// Whatever the words, what is left outside of quotes is harmless.
func FuzzJoin(f *testing.F) {
	f.Add("a b", "c'd")
	f.Add("", "$x")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := unquote(t, shell.Join(a, b)); got != a+" "+b {
			t.Errorf("%q, %q: %q", a, b, got)
		}
	})
}

// unquote takes quotes away as a shell does, and fails on what would mean something to it.
func unquote(t *testing.T, line string) string {
	t.Helper()
	var out strings.Builder
	inside := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			inside = !inside
		case !inside && c == '\\':
			i++
			out.WriteByte(line[i])
		case !inside && strings.ContainsRune("$`\"*?[]{}()<>|&;~#!\n\t", rune(c)):
			t.Fatalf("%q stands outside of quotes in %q", c, line)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}
