// Envelopes that package attest has written (testdata, which a test in Go keeps to the byte) hold for sigstore's own
// library, and every change of them does not.
import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { crypto, dsse } from '@sigstore/core';

const read = (name) => readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');
const keys = ['one.pub', 'two.pub'].map((name) => crypto.createPublicKey(read(name)));
const [envelope] = read('sample.intoto.jsonl').trimEnd().split('\n').map((line) => JSON.parse(line));

const fingerprint = (key) =>
  createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('hex');

// holds checks a signature as any verifier of DSSE does.
function holds(envelope, signature, key) {
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = dsse.preAuthEncoding(envelope.payloadType, payload);
  return crypto.verify(signed, key, Buffer.from(signature.sig, 'base64'));
}

test('each signature is by the key that it names', () => {
  assert.deepStrictEqual(envelope.signatures.map((s) => s.keyid), keys.map(fingerprint));
  envelope.signatures.forEach((s, i) => assert.ok(holds(envelope, s, keys[i])));
});

test('the payload is an in-toto Statement', () => {
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  assert.strictEqual(envelope.payloadType, 'application/vnd.in-toto+json');
  assert.strictEqual(statement._type, 'https://in-toto.io/Statement/v1');
  assert.strictEqual(statement.subject[0].digest.sha256.length, 64);
});

test('no signature holds for another key, payload or type', () => {
  const [signature] = envelope.signatures;
  const payload = Buffer.from(envelope.payload, 'base64');
  payload[payload.length - 1] ^= 1;
  assert.ok(!holds(envelope, signature, keys[1]));
  assert.ok(!holds({ ...envelope, payload: payload.toString('base64') }, signature, keys[0]));
  assert.ok(!holds({ ...envelope, payloadType: 'application/json' }, signature, keys[0]));
});
