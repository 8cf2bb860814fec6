// Package attest signs statements and checks signatures: in-toto Statements in DSSE envelopes.
//
// A statement says something (a predicate) of things that are named by their digests (subjects). An envelope holds its
// bytes as they were signed, and one signature or several. The bytes are stored and never made a second time: JSON has
// many forms, and protobuf's differs between builds. Keys are named by the fingerprint of the public key, so that a
// label cannot stand for another key. Which keys must have signed is said by a trust file.
//
// https://github.com/in-toto/attestation/tree/main/spec/v1
// https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
package attest
