package report_test

import (
	"bytes"
	"errors"
	"testing"
)

var errFull = errors.New("no space left on device")

// full takes so many bytes and no more.
type full struct{ room int }

func (w *full) Write(p []byte) (int, error) {
	if len(p) > w.room {
		n := w.room
		w.room = 0
		return n, errFull
	}
	w.room -= len(p)
	return len(p), nil
}

// A truncated report says so, wherever the cut is: half a table without a word reads like a whole one.
func TestWriterFails(t *testing.T) {
	for name, write := range views() {
		var whole bytes.Buffer
		if err := write(&whole); err != nil {
			t.Fatal(err)
		}
		for room := 0; room < whole.Len(); room += max(1, whole.Len()/100) {
			if err := write(&full{room}); !errors.Is(err, errFull) {
				t.Fatalf("%s with room for %d of %d bytes: %v", name, room, whole.Len(), err)
			}
		}
		if err := write(&full{whole.Len() - 1}); !errors.Is(err, errFull) {
			t.Errorf("%s without room for its last byte: %v", name, err)
		}
		if err := write(&full{whole.Len()}); err != nil {
			t.Errorf("%s with just enough room: %v", name, err)
		}
	}
}
