import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Positions } from '../../../main/resources/dashboard/transport/positions.js';

test('a position is the epoch and the last seq, moved on by updates and gaps', () => {
  const positions = new Positions();
  assert.equal(positions.resume(['a']), undefined);
  positions.onSubscribed({ channels: [{ channel: 'a', epoch: 'e1', seq: 4 }, { channel: 'b', epoch: 'e2', seq: 1 }] });
  positions.onUpdate({ channel: 'a', seq: 5 });
  positions.onGap({ channel: 'b', from: 2, to: 8 });
  assert.deepEqual(positions.resume(['a', 'b', 'c']), { a: 'e1-5', b: 'e2-8' });
  positions.onUpdate({ channel: 'a', epoch: 'e9', seq: 1 });
  assert.deepEqual(positions.resume(['a']), { a: 'e9-1' });
});
