/**
 * Has socket.io-client recover its sessions over a line that is cut again and again:
 * `node recovery.mjs '{"url":"http://127.0.0.1:8080","apiKey":"…","jwtSecret":"…","run":"a","recoveryMs":1000}'`.
 * Each result is a line of JSON on standard output.
 */
import { io } from 'socket.io-client';
import { Gateway, until } from './gateway.mjs';
import { Line } from './line.mjs';

const CUTS = 6;
const WAYS = { websocket: ['websocket'], polling: ['polling'], upgrade: ['polling', 'websocket'] };

function equal(actual, expected, what) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)} but got ${JSON.stringify(actual)}`);
  }
}

/** A client that asks to be recovered, and what it has got. */
class Client {
  updates = [];
  controls = [];
  connects = [];
  offset;

  constructor(url, transports, auth = {}) {
    this.socket = io(url, {
      transports,
      auth: { recover: true, ...auth },
      forceNew: true,
      reconnectionDelay: 5,
      reconnectionDelayMax: 20,
    });
    this.socket.on('connect', () => this.connects.push({ id: this.socket.id, recovered: this.socket.recovered === true }));
    this.socket.onAny((event, data, offset) => {
      (event === 'control' || event === 'connected' ? this.controls : this.updates).push({ event, ...data, offset });
      this.offset = offset ?? this.offset;
    });
  }

  ask(event, argument) {
    return new Promise((resolve) => this.socket.emit(event, argument, resolve));
  }

  state() {
    const { connects, offset } = this;
    return JSON.stringify({ connects, offset, updates: this.updates.length, controls: this.controls.slice(-5) });
  }

  numbers(channel) {
    return this.updates.filter((update) => update.channel === channel).map(({ n }) => n);
  }

  connected(times) {
    return until(() => this.connects.length >= times && this.socket.connected, () => this.state());
  }

  /** Waits for an update that came as it was published, after so many others. */
  inStep(after) {
    return until(() => this.updates.slice(after).some(({ offset }) => typeof offset === 'string'), () => this.state());
  }

  carriedBy(transport) {
    const carrier = () => this.socket.io.engine.transport.name;
    return until(() => carrier() === transport, carrier);
  }
}

/** Waits until the gateway has so many. */
async function sessions(gateway, count) {
  let last;
  await until(async () => {
    last = (await gateway.stats()).connections.socketio;
    return last === count;
  }, () => `${last} sessions`);
}

/** Publishes on and on, in turn to several channels. */
class Publisher {
  sent = 0;
  #isOn = true;
  #done;

  constructor(gateway, ...channels) {
    this.#done = (async () => {
      while (this.#isOn) {
        const n = this.sent + 1;
        await gateway.publish(...channels.map((channel) => ({ channel, n })), ...channels.map((channel) => ({ channel, n: n + 1 })));
        this.sent = n + 1;
      }
    })();
  }

  async stop() {
    this.#isOn = false;
    await this.#done;
  }
}

async function underFire(gateway, line, url, transports, cut) {
  const channels = [`bench:${gateway.name()}`, `bench:${gateway.name()}`];
  const client = new Client(url, transports);
  const { ok } = await client.ask('subscribe', channels);
  equal(ok, true, 'subscribed');
  await client.carriedBy(transports.at(-1));
  const publisher = new Publisher(gateway, ...channels);
  for (let i = 1; i <= CUTS; i++) {
    await client.inStep(client.updates.length);
    cut(client, line);
    // A client that polls is undisturbed by what happens between two requests.
    await until(() => !client.socket.connected || client.connects.length > i, () => client.state());
    line.mend();
    await client.connected(i + 1);
    await client.carriedBy(transports.at(-1));
  }
  await publisher.stop();
  const all = Array.from({ length: publisher.sent }, (_, index) => index + 1);
  for (const channel of channels) {
    await until(() => client.numbers(channel).at(-1) === publisher.sent, () => client.state());
    equal(client.numbers(channel), all, `nothing lost and nothing doubled, ${client.state()}`);
  }
  const [first, ...later] = client.connects;
  equal(first.recovered, false, 'the first time');
  equal(later, later.map(() => ({ id: first.id, recovered: true })), 'every other time');
  equal(client.controls.filter(({ event }) => event === 'connected').length, 1, 'connected, once');
  client.socket.disconnect();
}

const TESTS = {};
for (const [way, transports] of Object.entries(WAYS)) {
  TESTS[`${way}: recovers when the engine is closed`] = (gateway, line, url) =>
    underFire(gateway, line, url, transports, (client) => client.socket.io.engine.close());
  TESTS[`${way}: recovers when the line is cut`] = (gateway, line, url) =>
    underFire(gateway, line, url, transports, () => line.break());
  TESTS[`${way}: recovers when only the client knows that the line is cut`] = (gateway, line, url) =>
    underFire(gateway, line, url, transports, () => line.breakSilently());

  TESTS[`${way}: gets a user's own events and the newest price of an absence`] = async (gateway, line, url) => {
    const user = gateway.name();
    const price = `price:${gateway.name()}`;
    const client = new Client(url, transports, { token: await gateway.token(user) });
    await client.ask('subscribe', { channels: [price], interval: 20 });
    await gateway.publish({ channel: price, n: 1 });
    await until(() => client.numbers(price).includes(1), () => client.state());
    line.break();
    await gateway.publish({ channel: `order:${user}`, n: 1 }, { channel: price, n: 2 }, { channel: price, n: 3 });
    await until(() => !client.socket.connected, () => client.state());
    line.mend();
    await client.connected(2);
    equal(client.connects[1], { id: client.connects[0].id, recovered: true }, 'recovered');
    await until(() => client.numbers(price).includes(3), () => client.state());
    await until(() => client.numbers(`order:${user}`).includes(1), () => client.state());
    equal(client.numbers(price).includes(2), false, 'what was conflated');
    const { channels } = await client.ask('subscribe', price);
    equal(channels[0].interval, 20, 'its interval');
    client.socket.disconnect();
  };

  TESTS[`${way}: begins anew after too long`] = async (gateway, line, url, { recoveryMs }) => {
    const client = new Client(url, transports);
    await client.ask('subscribe', `bench:${gateway.name()}`);
    client.socket.io.reconnection(false);
    client.socket.io.engine.close();
    await sessions(gateway, 0);
    await new Promise((resolve) => setTimeout(resolve, 2 * recoveryMs));
    client.socket.connect();
    await client.connected(2);
    const [first, second] = client.connects;
    equal([second.recovered, second.id === first.id], [false, false], 'recovered, the same id');
    client.socket.disconnect();
  };

  TESTS[`${way}: resumes by what an acknowledgement said`] = async (gateway, line, url) => {
    const channel = `bench:${gateway.name()}`;
    const client = new Client(url, transports);
    const { channels: [{ position }] } = await client.ask('subscribe', channel);
    client.socket.disconnect();
    await gateway.publish({ channel, n: 1 }, { channel, n: 2 });
    client.socket.connect();
    await client.connected(2);
    equal(client.connects[1].recovered, false, 'recovered after it had left');
    const answer = await client.ask('subscribe', { channels: [channel], resume: { [channel]: position } });
    equal(answer.channels[0].recovered, true, 'resumed');
    await until(() => client.numbers(channel).length === 2, () => client.state());
    equal(client.numbers(channel), [1, 2], 'what came in between');
    client.socket.disconnect();
  };
}

const { recoveryMs, ...access } = JSON.parse(process.argv[2]);
const gateway = new Gateway(access);
for (const [test, body] of Object.entries(TESTS)) {
  const line = new Line(access.url);
  try {
    await body(gateway, line, await line.open(), { recoveryMs });
    await sessions(gateway, 0);
    console.log(JSON.stringify({ test }));
  } catch (error) {
    console.log(JSON.stringify({ test, error: String(error?.stack ?? error) }));
  }
  line.close();
}
process.exit(0);
