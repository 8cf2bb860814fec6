// Package cancelinvalue is a map whose values carry a cancel func that cancels nothing.
//
// # Defect
//
// Each entry of a map has a field cancel, so that code that evicts the entry can stop what fetches it. Where the entry
// is made there is no cancel func at hand, and so a func() {} is put in. See before.go.
//
// # Cause
//
// The types fit, the code that evicts is right, and calling a func that does nothing succeeds. What fetches runs under
// the parent, which outlives it by far, and goes on to no use.
//
// # Repair
//
// Derive the entry's context where the entry is made, and put its own cancel func in. The owner of the entry calls it. See
// after.go.
//
// # Cost
//
// A context an entry.
//
// # What the article says
//
// That a no-op cancel func beside the value breaks the propagation, which is true, and easy to overlook in a review: the
// test that fails is one which looks at what still runs.
//
// # What a user sees
//
// Fetches that go on after their entries are gone, and a dependency that is asked for answers without a reader.
package cancelinvalue
