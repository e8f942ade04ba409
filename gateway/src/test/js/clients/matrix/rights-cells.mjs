/** What every client of `/socket.io/` sees of its rights, on every way. Runs in Node and in a page. */
import { same } from './samples.mjs';

/** Time enough to authenticate on a busy machine; claims hold whole seconds, and one may be over already. */
const SOON_SECONDS = 5;

export const RIGHTS_CELLS = {
  async 'a token names the user'(client, gateway) {
    const user = gateway.name();
    const visit = await client.open(gateway.url, { token: await gateway.token(user) });
    const [connected] = await visit.next('connected');
    same([connected.user, typeof connected.session], [user, 'string'], 'connected');
  },

  async 'authenticates later'(client, gateway) {
    const user = gateway.name();
    const visit = await client.open(gateway.url);
    const [refused] = await client.ask(visit, 'authenticate', { token: 'none' });
    same([refused.ok, refused.code], [false, 'unauthorized'], 'with no token at all');
    const [answer] = await client.ask(visit, 'authenticate', { token: await gateway.token(user) });
    same([answer.ok, answer.user, answer.expires > Date.now()], [true, user, true], 'with a token');
  },

  async 'a bad token is refused'(client, gateway) {
    same(await client.refused(client.begin(gateway.url, { token: 'none' })), 'unauthorized', 'refused');
  },

  async 'what no ack was asked for comes as control'(client, gateway) {
    const visit = await client.open(gateway.url);
    visit.socket.emit('subscribe', 'order:somebody');
    const [control] = await visit.next('control');
    same(control.refused[0].code, 'unauthorized', 'refused');
  },

  async 'sent away when the token expires'(client, gateway) {
    const visit = await client.open(gateway.url);
    const token = await gateway.token(gateway.name(), [], SOON_SECONDS);
    const [answer] = await client.ask(visit, 'authenticate', token);
    same(answer.ok, true, 'authenticated');
    const [reason] = await visit.next('disconnect');
    same(reason, 'io server disconnect', 'reason');
  },

  async 'a price comes as the only argument'(client, gateway) {
    const channel = `price:${gateway.name()}`;
    await gateway.publish({ channel, n: 1, text: '\u20bf \u{1f4c8}' });
    await gateway.knows({ channel, n: 1 });
    const visit = await client.open(gateway.url);
    const [answer] = await client.ask(visit, 'subscribe', [channel]);
    same([answer.ok, answer.channels.map((each) => each.channel)], [true, [channel]], 'subscribed');
    same(await visit.next('price_update'), [{ channel, n: 1, text: '\u20bf \u{1f4c8}' }], 'the last value');
    await gateway.publish({ channel, n: 2 });
    same(await visit.next('price_update'), [{ channel, n: 2 }], 'an update');
  },
};
