/** What every client of `/socket.io/` sees of a server that echoes, on every way. Runs in Node and in a page. */
import { TEXTS, UNICODE, attachments, bytes, same } from './samples.mjs';

const MANY = 200;

export const SOCKETIO_CELLS = {
  async text(client, url) {
    const visit = await client.open(url);
    same(await client.echo(visit, ...TEXTS), TEXTS, 'echoed');
    same(await client.echo(visit), [], 'echoed without arguments');
  },

  async unicode(client, url) {
    const visit = await client.open(url);
    same(await client.echo(visit, ...UNICODE), UNICODE, 'echoed');
  },

  async binary(client, url) {
    const visit = await client.open(url);
    for (const sent of [bytes(256), bytes(0), bytes(20_000)]) {
      same(await client.echo(visit, sent), [sent], 'echoed');
    }
  },

  async 'several attachments'(client, url) {
    const visit = await client.open(url);
    const sent = attachments();
    same(await client.echo(visit, ...sent), sent, 'echoed');
  },

  async ack(client, url) {
    const visit = await client.open(url);
    const answers = await Promise.all([TEXTS, UNICODE, []].map((args) => client.ask(visit, 'message-with-ack', ...args)));
    same(answers, [TEXTS, UNICODE, []], 'acknowledged');
  },

  async 'ack with binary'(client, url) {
    const visit = await client.open(url);
    const sent = attachments();
    same(await client.ask(visit, 'message-with-ack', ...sent), sent, 'acknowledged');
  },

  async 'many in order'(client, url) {
    const visit = client.begin(url);
    await client.connected(visit);
    // At once, so that an upgrade comes in between.
    const sent = Array.from({ length: MANY }, (_, n) => (n % 10 === 9 ? [n, bytes(n)] : [n, `\u{1f4c8} ${n}`]));
    sent.forEach((args) => visit.socket.emit('message', ...args));
    const got = [];
    while (got.length < MANY) {
      got.push(await visit.next('message-back'));
    }
    same(got, sent, 'echoed');
    await client.settled(visit);
    same(await client.echo(visit, 'last'), ['last'], 'echoed after the upgrade');
  },

  async 'namespace /custom'(client, url) {
    const visit = await client.open(`${url}/custom`);
    same(await client.echo(visit, ...attachments()), attachments(), 'echoed');
    same(await client.ask(visit, 'message-with-ack', ...attachments()), attachments(), 'acknowledged');
  },

  async 'two namespaces of one connection'(client, url) {
    const main = await client.open(url);
    const shared = client.join(main, '/custom');
    await client.connected(shared);
    const [there, here] = await Promise.all([client.echo(shared, bytes(5), 'there'), client.echo(main, bytes(5), 'here')]);
    same([there, here], [[bytes(5), 'there'], [bytes(5), 'here']], 'echoed');
    shared.socket.disconnect();
    same(await shared.next('disconnect').then(([reason]) => reason), 'io client disconnect', 'reason');
    same(await client.echo(main, 'still here'), ['still here'], 'echoed');
  },

  async 'unknown namespace'(client, url) {
    const main = await client.open(url);
    const unknown = client.join(main, '/nobody-configured-this');
    same(await client.refused(unknown), 'Invalid namespace', 'refused');
    same(await client.echo(main, 'still here'), ['still here'], 'echoed');
  },

  async 'auth payload'(client, url) {
    const auth = client.hasAuth ? { token: '123', nested: { list: ['\u{1f511}', 1] } } : { name: '123' };
    const custom = await client.open(`${url}/custom`, auth);
    same(await custom.next('auth'), [auth], 'auth of /custom');
    const none = await client.open(url);
    same(await none.next('auth'), [{}], 'auth of none');
  },

  async 'leaves by itself'(client, url) {
    const visit = await client.open(url);
    visit.socket.disconnect();
    const [reason] = await visit.next('disconnect');
    same(reason, 'io client disconnect', 'reason');
  },

  async heartbeat(client, url) {
    const visit = await client.open(url);
    await client.heartbeats(visit, 3);
    same(await client.echo(visit, 'alive'), ['alive'], 'echoed');
    same(visit.unexpected('disconnect'), [], 'disconnects');
  },
};
