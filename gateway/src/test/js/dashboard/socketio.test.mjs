import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { connectPacket, eventPacket, joinPayload, parsePacket, splitPayload } from '../../../main/resources/dashboard/transport/packets.js';
import { connectOver } from '../../../main/resources/dashboard/transport/socketio.js';

test('reads events, acks and refusals', () => {
  assert.deepEqual(parsePacket('2["price_update",{"price":1},{"seq":7}]'), {
    type: 2,
    namespace: '/',
    ackId: undefined,
    value: ['price_update', { price: 1 }, { seq: 7 }],
  });
  assert.deepEqual(parsePacket('312[{"ok":true}]'), { type: 3, namespace: '/', ackId: 12, value: [{ ok: true }] });
  assert.deepEqual(parsePacket('4{"message":"unauthorized"}').value, { message: 'unauthorized' });
  assert.deepEqual(parsePacket('1'), { type: 1, namespace: '/', ackId: undefined, value: undefined });
});

test('reads a namespace before the ack id', () => {
  assert.deepEqual(parsePacket('2/desk,5["x"]'), { type: 2, namespace: '/desk', ackId: 5, value: ['x'] });
});

test('keeps line breaks and separators inside of JSON strings', () => {
  assert.deepEqual(parsePacket('2["log_update","a\\nb, /c"]').value, ['log_update', 'a\nb, /c']);
});

test('refuses what is no text packet', () => {
  for (const text of ['', 'x', '9', '51-["binary"]', '2["cut', '2[1]trailing']) {
    assert.throws(() => parsePacket(text), SyntaxError, text);
  }
});

test('splits and joins payloads of polls', () => {
  assert.deepEqual(splitPayload('40{"sid":"a"}\x1e2\x1e42["x"]'), ['40{"sid":"a"}', '2', '42["x"]']);
  assert.deepEqual(splitPayload(''), []);
  assert.equal(joinPayload(['3', '41']), '3\x1e41');
});

test('writes CONNECT and events as the reference client does', () => {
  assert.equal(connectPacket({ token: 't', meta: true }), '40{"token":"t","meta":true}');
  assert.equal(connectPacket({ token: undefined, meta: true }), '40{"meta":true}');
  assert.equal(eventPacket('subscribe', { channels: ['a'] }, 1), '421["subscribe",{"channels":["a"]}]');
});

/** A client on a carrier that the test plays by hand. */
function client(t) {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  const carriers = [];
  const seen = { states: [], updates: [], controls: [] };
  const connection = connectOver((url, hooks) => {
    const carrier = { ...hooks, sent: [], closed: false, send: (packet) => carrier.sent.push(packet), close: () => (carrier.closed = true) };
    carriers.push(carrier);
    return carrier;
  })({
    url: new URL('http://localhost/'),
    channels: ['price:X', 'log:demo'],
    token: 'jwt',
    onState: (state) => seen.states.push(state.name),
    onUpdate: (update) => seen.updates.push(update),
    onControl: (message) => seen.controls.push(message),
  });
  t.after(() => {
    connection.close();
    mock.timers.reset();
  });
  return { carriers, seen };
}

function serve(carrier) {
  carrier.onPacket('0{"sid":"s","pingInterval":25000,"pingTimeout":20000}');
  carrier.onPacket('40{"sid":"t"}');
  carrier.onPacket('431[{"ok":true,"channels":[{"channel":"price:X","epoch":"e","seq":4}],"refused":[]}]');
}

test('connects, subscribes, answers pings and hands on updates with their channel', (t) => {
  const { carriers, seen } = client(t);
  const [carrier] = carriers;
  serve(carrier);
  carrier.onPacket('2');
  carrier.onPacket('42["price_update",{"price":1.5},{"channel":"price:X","epoch":"e","seq":5}]');
  assert.deepEqual(carrier.sent, ['40{"token":"jwt","meta":true}', '421["subscribe",{"channels":["price:X","log:demo"]}]', '3']);
  assert.deepEqual(seen.updates, [{ channel: 'price:X', epoch: 'e', seq: 5, data: { price: 1.5 } }]);
  assert.deepEqual(seen.states, ['connecting', 'live']);
  assert.equal(seen.controls[0].op, 'subscribed');
});

test('resumes from the last position after the transport closed', (t) => {
  const { carriers, seen } = client(t);
  serve(carriers[0]);
  carriers[0].onPacket('42["price_update",{"price":1.5},{"channel":"price:X","epoch":"e","seq":5}]');
  carriers[0].onEnd('close 1006');
  mock.timers.tick(60_000);
  serve(carriers[1]);
  assert.equal(carriers[1].sent[1], '421["subscribe",{"channels":["price:X","log:demo"],"resume":{"price:X":"e-5"}}]');
  assert.deepEqual(seen.states, ['connecting', 'live', 'reconnecting', 'connecting', 'live']);
});

test('stays away after DISCONNECT and after a refused token', (t) => {
  for (const ending of ['41', '44{"message":"unauthorized","data":{"code":"unauthorized"}}']) {
    const { carriers, seen } = client(t);
    serve(carriers[0]);
    carriers[0].onPacket(ending);
    mock.timers.tick(60_000);
    assert.equal(seen.states.at(-1), 'stopped');
    assert.equal(carriers.length, 1);
    assert.ok(carriers[0].closed);
    mock.timers.reset();
  }
});
