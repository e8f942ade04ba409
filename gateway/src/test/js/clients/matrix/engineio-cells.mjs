/** What every client of `/engine.io/` sees of a server that echoes messages as they are, on every way. */
import { UNICODE, bytes, same } from './samples.mjs';

const MANY = 200;

export const ENGINEIO_CELLS = {
  async text(client, url) {
    const visit = await client.open(url);
    for (const sent of ['hello', '', ...UNICODE.filter((text) => typeof text === 'string')]) {
      // Within Engine.IO 4's polling nothing protects its separator but that no message has it.
      const message = sent.replaceAll('\x1e', '');
      same(await client.echo(visit, message), message, 'echoed');
    }
  },

  async binary(client, url) {
    const visit = await client.open(url);
    for (const sent of [bytes(256), bytes(0), bytes(20_000)]) {
      same(await client.echo(visit, sent), sent, 'echoed');
    }
  },

  async 'many in order'(client, url) {
    const visit = client.begin(url);
    await client.connected(visit);
    const sent = Array.from({ length: MANY }, (_, n) => (n % 3 === 0 ? bytes(n) : `\u{1f4c8} ${n}`));
    sent.forEach((message) => visit.socket.send(message));
    const got = [];
    while (got.length < MANY) {
      got.push(...(await visit.next('message')));
    }
    same(got, sent, 'echoed');
    await client.settled(visit);
    same(await client.echo(visit, 'last'), 'last', 'echoed after the upgrade');
  },

  async 'leaves by itself'(client, url) {
    const visit = await client.open(url);
    visit.socket.close();
    const [reason] = await visit.next('close');
    same(reason, 'forced close', 'reason');
  },

  async heartbeat(client, url) {
    const visit = await client.open(url);
    await client.heartbeats(visit, 3);
    same(await client.echo(visit, 'alive'), 'alive', 'echoed');
    same(visit.unexpected('close'), [], 'closes');
  },
};
