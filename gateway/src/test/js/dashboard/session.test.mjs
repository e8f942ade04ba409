import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe } from '../../../main/resources/dashboard/session.js';

const NOW_MS = 1_763_712_000_000;
const text = (link, downSinceMs = null) => describe(link, downSinceMs, null, NOW_MS).text;

test('the screen says how far it can be trusted', () => {
  assert.equal(text({ name: 'idle' }), 'not connected');
  assert.equal(text({ name: 'connecting' }), 'connecting');
  assert.equal(text({ name: 'live' }), 'live');
  assert.equal(text({ name: 'live' }, NOW_MS - 5_000), 'stale');
  assert.equal(text({ name: 'reconnecting', reason: 'x', atMs: NOW_MS + 2_100 }), 'reconnecting in 3 s');
  assert.equal(text({ name: 'reconnecting', reason: 'x', atMs: NOW_MS - 50 }), 'reconnecting in 0 s');
  assert.equal(text({ name: 'reconnecting', reason: 'x' }), 'reconnecting');
  assert.equal(text({ name: 'stopped', reason: 'unauthorized' }), 'stopped');
});

test('a lost connection outranks a stale upstream', () => {
  assert.equal(text({ name: 'stopped', reason: 'x' }, NOW_MS - 5_000), 'stopped');
});

test('the notice names the reason, the gateway’s own words first', () => {
  assert.match(describe({ name: 'stopped', reason: 'close 4401' }, null, null, NOW_MS).detail, /close 4401/);
  assert.match(describe({ name: 'stopped', reason: 'close 4401' }, null, 'the token has expired', NOW_MS).detail, /the token has expired/);
  assert.match(describe({ name: 'live' }, NOW_MS - 5_000, null, NOW_MS).detail, /5 s ago/);
  assert.equal(describe({ name: 'live' }, null, null, NOW_MS).detail, '');
});
