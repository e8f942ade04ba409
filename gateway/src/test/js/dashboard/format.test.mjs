import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../../main/resources/dashboard/view/format.js';

test('prices stand in columns', () => {
  assert.equal(format.price(50000.1, 2), '50,000.10');
  assert.equal(format.price(1.08451, 5), '1.08451');
  assert.equal(format.price(NaN, 2), format.NOTHING);
});

test('changes carry a sign, nothing carries none', () => {
  const twoDigits = (value) => value.toFixed(2);
  assert.equal(format.signed(1.5, twoDigits), '+1.50');
  assert.equal(format.signed(-1.5, twoDigits), '−1.50');
  assert.equal(format.signed(-0.001, twoDigits), '0.00');
});

test('ages and latencies use the largest fitting unit', () => {
  assert.deepEqual([0, 999, 1000, 59_999, 60_000, 7_200_000].map(format.age), ['<1 s', '<1 s', '1 s', '59 s', '1 m', '2 h']);
  assert.deepEqual([0, 12, 1500, 12_345, NaN].map(format.latency), ['0 ms', '12 ms', '1.5 s', '12 s', format.NOTHING]);
});
