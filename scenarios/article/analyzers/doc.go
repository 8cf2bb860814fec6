// Package analyzers holds no code but tests: of what staticcheck and vet find, and do not find, of what the article says
// that they find. It is a module of its own, so that nobody who uses aftershock has to have them.
package analyzers
