import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from '../../../main/resources/dashboard/store/histogram.js';
import { Ring } from '../../../main/resources/dashboard/store/ring.js';
import { CLOCK_TOLERANCE_MS, LIMITS, MAX_LOG_LENGTH, Store } from '../../../main/resources/dashboard/store/store.js';

const NOW_MS = 1_763_712_000_000;

function priced(store, price, more = {}) {
  store.onUpdate({ channel: 'price:X', seq: 1, data: { price, ...more } }, NOW_MS);
  return store.prices.of('X');
}

test('a ring keeps the newest entries, newest first', () => {
  const ring = new Ring(3);
  assert.equal(ring.newest(0), undefined);
  for (let entry = 1; entry <= 5; entry++) {
    ring.push(entry);
  }
  assert.deepEqual([0, 1, 2, 3].map((age) => ring.newest(age)), [5, 4, 3, undefined]);
});

test('a price knows its first value, its direction and its digits', () => {
  const store = new Store();
  priced(store, 1.0845, { bid: 1, ask: 2 });
  const price = priced(store, 1.08452);
  assert.deepEqual([price.open, price.last, price.direction, price.decimals], [1.0845, 1.08452, 1, 5]);
  assert.deepEqual([price.bid, price.ask, price.volume], [1, 2, NaN]);
  assert.equal(priced(store, 1.08).direction, -1);
  assert.equal(priced(store, 1.08).direction, -1);
});

test('a payload without a readable price changes nothing and is counted', () => {
  const store = new Store();
  const before = { ...priced(store, 5) };
  for (const data of [{}, null, 'text', 7, { price: 'high' }, { price: null }]) {
    store.onUpdate({ channel: 'price:X', seq: 2, data }, NOW_MS);
  }
  assert.deepEqual({ ...store.prices.of('X') }, before);
  assert.deepEqual([store.updates, store.unreadable], [7, 6]);
});

test('a trace moves at its own pace, oldest point first', () => {
  const store = new Store();
  const price = priced(store, 5);
  store.prices.sample();
  priced(store, 6);
  store.prices.sample();
  assert.deepEqual([price.tracePoint(117), price.tracePoint(118), price.tracePoint(119)], [NaN, 5, 6]);
});

test('nothing grows without bound', () => {
  const store = new Store();
  for (let number = 0; number < 2_000; number++) {
    store.onUpdate({ channel: `price:${number}`, seq: 1, data: { price: 1 } }, NOW_MS);
    store.onUpdate({ channel: 'order:demo', seq: number, data: { id: number } }, NOW_MS);
    store.onUpdate({ channel: 'log:demo', seq: number, data: 'x'.repeat(10_000) }, NOW_MS);
    store.onControl({ op: 'gap', channel: `log:${number}`, from: 1, to: 2, reason: 'slow' }, NOW_MS);
  }
  assert.equal([...store.prices.all()].length, LIMITS.symbols);
  assert.equal(store.orders.size, LIMITS.orders);
  assert.equal(store.logs.length, LIMITS.logs);
  assert.equal(store.logs.newest(0).message.length, MAX_LOG_LENGTH);
  assert.equal(store.channels.gaps.length, LIMITS.gaps);
  assert.equal([...store.channels.all()].length, LIMITS.channels);
});

test('an order is shown once, in its newest state, the last changed first', () => {
  const store = new Store();
  for (const [id, status] of [['a', 'open'], ['b', 'open'], ['a', 'filled']]) {
    store.onUpdate({ channel: 'order:demo', data: { id, status, ts: 5, note: 'not kept' } }, NOW_MS);
  }
  assert.deepEqual(store.orders.newestFirst().map(({ id, status }) => `${id} ${status}`), ['a filled', 'b open']);
  assert.equal('note' in store.orders.newestFirst()[0], false);
});

test('a log line may be an object or plain text', () => {
  const store = new Store();
  store.onUpdate({ channel: 'log:demo', data: { level: 'warn', source: 'risk', message: 'near', ts: 5 } }, NOW_MS);
  store.onUpdate({ channel: 'log:demo', data: 'plain' }, NOW_MS);
  assert.deepEqual(store.logs.newest(1), { ts: 5, level: 'warn', source: 'risk', message: 'near' });
  assert.deepEqual(store.logs.newest(0), { ts: NOW_MS, level: 'info', source: 'log:demo', message: 'plain' });
});

test('latency is measured from ts or tsNanos, not for snapshots nor for unbelievable clocks', () => {
  const store = new Store();
  const sum = new Histogram();
  const send = (data, more = {}) => store.onUpdate({ channel: 'price:X', data: { price: 1, ...data }, ...more }, NOW_MS);
  send({ ts: NOW_MS - 12 });
  send({ tsNanos: (NOW_MS - 20) * 1e6 });
  send({ ts: NOW_MS + 3 });
  send({ ts: NOW_MS - 5_000 }, { snapshot: true });
  send({ ts: NOW_MS - CLOCK_TOLERANCE_MS - 1 });
  send({});
  store.recentLatency(sum, NOW_MS);
  assert.deepEqual([sum.count, sum.maxMs, store.clockAhead], [3, 20, 1]);
});

function countersAfter(...steps) {
  const store = new Store();
  for (const step of steps) {
    if (step.op === undefined) {
      store.onUpdate({ channel: 'price:X', data: { price: 1 }, ...step }, NOW_MS);
    } else {
      store.onControl(step, NOW_MS);
    }
  }
  return store.channels.of('price:X');
}

const subscribed = (seq, snapshot) => ({ op: 'subscribed', channels: [{ channel: 'price:X', epoch: 'e', seq, snapshot }] });

test('dense seqs skip nothing, a jump is conflation', () => {
  const counters = countersAfter(subscribed(4, false), { seq: 5 }, { seq: 6 }, { seq: 9 });
  assert.deepEqual([counters.updates, counters.skipped, counters.gaps], [3, 2, 0]);
});

test('a snapshot is known by its flag, or by the seq that was promised', () => {
  assert.equal(countersAfter(subscribed(4, true), { seq: 4, snapshot: true }, { seq: 5 }).snapshots, 1);
  assert.equal(countersAfter(subscribed(4, true), { seq: 4 }, { seq: 5 }).snapshots, 1);
  assert.equal(countersAfter(subscribed(4, false), { seq: 5 }).snapshots, 0);
});

test('a gap counts what it covers, and only that', () => {
  const gap = { op: 'gap', channel: 'price:X', from: 6, to: 9, reason: 'slow' };
  const counters = countersAfter(subscribed(4, false), { seq: 5 }, gap, { seq: 10 });
  assert.deepEqual([counters.gaps, counters.missed, counters.skipped, counters.seq], [1, 4, 0, 10]);
});

test('no jump is concluded from seqs of another epoch or connection', () => {
  assert.equal(countersAfter({ seq: 5 }, { op: 'gap', channel: 'price:X', reason: 'epoch' }, { seq: 900 }).skipped, 0);
  const store = new Store();
  store.onUpdate({ channel: 'price:X', seq: 5, data: { price: 1 } }, NOW_MS);
  store.channels.restart();
  store.onUpdate({ channel: 'price:X', seq: 900, data: { price: 1 } }, NOW_MS);
  assert.equal(store.channels.of('price:X').skipped, 0);
});

test('a refused channel says why until it is granted', () => {
  const refusal = { op: 'subscribed', channels: [], refused: [{ channel: 'price:X', code: 'forbidden' }] };
  const store = new Store();
  store.expect(['price:X', 'log:demo']);
  store.onControl(refusal, NOW_MS);
  assert.equal(store.channels.of('price:X').refused, 'forbidden');
  store.onControl(subscribed(1, false), NOW_MS);
  assert.equal(store.channels.of('price:X').refused, null);
});
