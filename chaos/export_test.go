package chaos

// PlayWith is Play with a catalogue of its own, for faults that misbehave.
var PlayWith = play
