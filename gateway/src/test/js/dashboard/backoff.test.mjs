import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_DELAY_MS, LONGEST_DELAY_MS, delayMs, isFinalError, mayComeBack } from '../../../main/resources/dashboard/transport/backoff.js';

const almostOne = () => 1 - Number.EPSILON;

test('doubles its bound with every attempt up to the longest delay', () => {
  const bounds = Array.from({ length: 8 }, (_, attempt) => delayMs(attempt, almostOne) + 1);
  assert.deepEqual(bounds, [500, 1000, 2000, 4000, 8000, 16_000, LONGEST_DELAY_MS, LONGEST_DELAY_MS]);
  assert.equal(delayMs(5_000, almostOne), LONGEST_DELAY_MS - 1);
});

test('spreads over the whole range from zero', () => {
  assert.equal(delayMs(3, () => 0), 0);
  assert.equal(delayMs(0, () => 0.5), FIRST_DELAY_MS / 2);
});

test('stays away after 44xx and comes back after everything else', () => {
  for (const code of [4400, 4401, 4403, 4499]) {
    assert.equal(mayComeBack(code), false, String(code));
  }
  for (const code of [1000, 1001, 1006, 1012, 4500, 4503, 4508, 4529]) {
    assert.equal(mayComeBack(code), true, String(code));
  }
});

test('tells errors that stay from those that pass', () => {
  assert.ok(isFinalError('unauthorized') && isFinalError('forbidden') && isFinalError('token_expired'));
  assert.ok(!isFinalError('unavailable') && !isFinalError('limit') && !isFinalError(undefined));
});
