import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_CHANNELS, fromAddress, parseChannels, settle, withChoices } from '../../../main/resources/dashboard/settings.js';

const at = (rest) => new URL(`http://localhost:8080/${rest}`);

test('reads transport and theme from the hash and falls back to the presets', () => {
  assert.equal(fromAddress(at('#transport=sse&theme=light')).transport, 'sse');
  assert.equal(fromAddress(at('#transport=sse&theme=light')).theme, 'light');
  assert.deepEqual(fromAddress(at('#transport=pigeon')), { transport: 'websocket', theme: 'auto', channels: undefined, token: undefined });
});

test('reads channels from the query, the token from query or hash', () => {
  assert.deepEqual(fromAddress(at('?channels=price:A,price:B%20price:A')).channels, ['price:A', 'price:B']);
  assert.equal(fromAddress(at('?token=q')).token, 'q');
  assert.equal(fromAddress(at('?token=q#token=h')).token, 'h');
});

test('moves a token out of the query, where it would be sent again', () => {
  assert.equal(withChoices(at('?channels=price:A&token=q#transport=sse'), {}).href, 'http://localhost:8080/?channels=price%3AA#transport=sse&token=q');
});

test('keeps choices in the hash and leaves presets out', () => {
  assert.equal(withChoices(at('#theme=light'), { transport: 'sse' }).hash, '#theme=light&transport=sse');
  assert.equal(withChoices(at('#theme=light&transport=sse'), { transport: 'websocket' }).hash, '#theme=light');
});

test('limits channels to what one command may carry', () => {
  const text = Array.from({ length: 1000 }, (_, number) => `price:${number}`).join('\n');
  assert.equal(parseChannels(text).length, MAX_CHANNELS);
});

test('takes what the gateway offers, with the orders of its user', () => {
  const settings = settle(fromAddress(at('')), { channels: ['price:A', 'log:demo'], user: 'demo', token: 't', node: 'n1' });
  assert.deepEqual(settings.channels, ['price:A', 'log:demo', 'order:demo']);
  assert.deepEqual([settings.token, settings.user, settings.node], ['t', 'demo', 'n1']);
});

test('the address wins over the offer, and a token of its own names no user', () => {
  const settings = settle(fromAddress(at('?channels=price:B#token=mine')), { channels: ['price:A'], user: 'demo', token: 't' });
  assert.deepEqual([settings.channels, settings.token, settings.user], [['price:B'], 'mine', undefined]);
});

test('without an offer there is nothing to subscribe to', () => {
  assert.deepEqual(settle(fromAddress(at('')), {}).channels, []);
});
