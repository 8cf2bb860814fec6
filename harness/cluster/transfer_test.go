package cluster

import (
	"errors"
	"strings"
	"testing"

	"aftershock/chaos"
)

// A transfer in a moment without a leader is asked again by who wanted it, who has to be able to tell.
func TestATransferWithoutALeaderSaysSoInEveryRuntime(t *testing.T) {
	silent := func() *journal { return newJournal(Names(3)) }
	for name, target := range map[string]chaos.Administrator{
		"processes": &Processes{journal: silent(), control: newControl(nil)},
		"embedded":  &Embedded{journal: silent(), control: newControl(nil)},
		"external":  &External{journal: silent(), control: newControl(nil)},
	} {
		err := target.Transfer(t.Context(), "n2")
		if !errors.Is(err, chaos.ErrNoLeader) || !strings.Contains(err.Error(), "transfer leadership to n2: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
