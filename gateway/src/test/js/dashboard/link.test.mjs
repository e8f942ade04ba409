import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Link, STABLE_MS } from '../../../main/resources/dashboard/transport/link.js';

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_000_000 });
  mock.method(Math, 'random', () => 0.5);
});

function newLink(t) {
  const seen = { opened: 0, abandoned: 0, states: [] };
  const link = new Link({
    open: () => seen.opened++,
    abandon: () => seen.abandoned++,
    onState: (state) => seen.states.push(state),
  });
  t.after(() => {
    link.stop('closed');
    mock.timers.reset();
    mock.restoreAll();
  });
  return { link, seen };
}

const names = ({ states }) => states.map(({ name }) => name);

test('comes back after a loss, later with every failed attempt', (t) => {
  const { link, seen } = newLink(t);
  link.start();
  link.lost('close 1006');
  assert.deepEqual(seen.states.at(-1), { name: 'reconnecting', reason: 'close 1006', atMs: 1_000_250 });
  mock.timers.tick(250);
  assert.equal(seen.opened, 2);
  link.lost('close 1006');
  assert.equal(seen.states.at(-1).atMs, 1_000_750);
});

test('waits as long as the gateway asked for', (t) => {
  const { link, seen } = newLink(t);
  link.start();
  link.live();
  link.lost('drain', 1234);
  mock.timers.tick(1233);
  assert.equal(seen.opened, 1);
  mock.timers.tick(1);
  assert.equal(seen.opened, 2);
});

test('starts over with short delays only after a connection that lasted', (t) => {
  const { link, seen } = newLink(t);
  const delayAfter = (livedMs) => {
    link.live();
    mock.timers.tick(livedMs);
    link.lost('gone');
    const waitMs = seen.states.at(-1).atMs - Date.now();
    mock.timers.tick(waitMs);
    return waitMs;
  };
  link.start();
  assert.equal(delayAfter(10), 250);
  assert.equal(delayAfter(10), 500);
  assert.equal(delayAfter(10), 1000);
  assert.equal(delayAfter(STABLE_MS), 250);
});

test('takes a silent peer for lost, and one that speaks not', (t) => {
  const { link, seen } = newLink(t);
  link.start();
  link.live();
  link.watch(1000);
  for (let second = 0; second < 10; second++) {
    mock.timers.tick(1000);
    link.heard();
  }
  assert.deepEqual(names(seen), ['connecting', 'live']);
  mock.timers.tick(3000);
  assert.equal(seen.states[2].reason, 'heartbeat');
});

test('a stopped link stays stopped', (t) => {
  const { link, seen } = newLink(t);
  link.start();
  link.lost('gone');
  link.stop('unauthorized');
  link.lost('gone');
  link.live();
  mock.timers.tick(60_000);
  assert.deepEqual(names(seen), ['connecting', 'reconnecting', 'stopped']);
  assert.equal(seen.opened, 1);
});

test('plans one attempt however often the loss is reported', (t) => {
  const { link, seen } = newLink(t);
  link.start();
  link.lost('heartbeat');
  link.lost('close 1006');
  mock.timers.tick(60_000);
  assert.deepEqual(names(seen).slice(0, 3), ['connecting', 'reconnecting', 'connecting']);
});
