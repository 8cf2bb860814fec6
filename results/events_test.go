package results_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"aftershock/results"
)

// A member's panic can be a line of any length, and must not make the trial's events unreadable.
func TestEventsOfAnyLength(t *testing.T) {
	path := filepath.Join(t.TempDir(), results.EventsFile)
	for _, length := range []int{0, 1, 1 << 16, 1 << 20} {
		want := []results.Event{{At: 1, Source: "worker", What: strings.Repeat("x", length)}, {At: 2}}
		if err := results.WriteEvents(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := results.ReadEvents(path)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("an event of %d bytes: %d events, error %.200v", length, len(got), err)
		}
	}
}

func TestNoEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), results.EventsFile)
	if err := results.WriteEvents(path, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := results.ReadEvents(path); len(got) != 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := results.ReadEvents(path + ".gone"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestEventsRefused(t *testing.T) {
	const good = `{"at_ns":1,"source":"chaos","what":"injected"}` + "\n"
	path := filepath.Join(t.TempDir(), results.EventsFile)
	for _, c := range []struct{ name, text, want string }{
		{"truncated", good + good[:20], ":2: unexpected end of JSON input"},
		{"malformed", good + good + "{]\n", ":3: invalid character ']'"},
		{"a wrong type", `{"at_ns":"soon"}` + "\n" + good, ":1: json: cannot unmarshal string"},
		{"an empty line", good + "\n" + good, ":2: unexpected end of JSON input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			events, err := results.ReadEvents(path)
			if err == nil || !strings.HasPrefix(err.Error(), path+c.want) || events != nil {
				t.Errorf("got %v, %v\nwant %s", events, err, path+c.want)
			}
		})
	}
}
