package cluster

import (
	"errors"
	"strings"
	"testing"

	"aftershock/chaos"
)

// A transfer in a moment without a leader is asked again by who wanted it, who has to be able to tell.
func TestATransferWithoutALeaderSaysSoInEveryRuntime(t *testing.T) {
	silent := common{journal: newJournal(Names(3)), control: newControl(nil)}
	for name, target := range map[string]chaos.Administrator{
		"processes": &Processes{common: silent},
		"embedded":  &Embedded{common: silent},
		"external":  &External{common: silent},
	} {
		err := target.Transfer(t.Context(), "n2")
		if !errors.Is(err, chaos.ErrNoLeader) || !strings.Contains(err.Error(), "transfer leadership to n2: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
