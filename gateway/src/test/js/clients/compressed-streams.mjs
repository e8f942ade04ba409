/**
 * Has clients share compressed streams, and looks whether each gets what was published:
 * `node compressed-streams.mjs '{"chromium":null,"url":"http://127.0.0.1:8080","apiKey":"…","jwtSecret":"…","run":"a"}'`.
 * With Chromium's path its page's clients, else Node's, npm's and curl. Each result is a line of JSON on standard output.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import WebSocket from 'ws';
import { runTests, withChromium } from './browser/chromium.mjs';
import { Gateway, until } from './gateway.mjs';

/** At once, and how many come later. */
const CLIENTS = 4;
const LATECOMERS = 2;
/** Updates that go out before the next thing happens. */
const UPDATES = 600;
const PACE_MS = 2;

const { chromium, ...access } = JSON.parse(process.argv[2]);
const gateway = new Gateway(access);

async function sharedDeliveries() {
  const text = await (await fetch(`${access.url}/metrics`)).text();
  return Number(/^tickgate_shared_deliveries_total (\S+)$/m.exec(text)[1]);
}

/** Publishes on and on: the same number to two channels that all read, and now and then to one user's own. */
class Feed {
  sent = 0;
  #isOn = true;
  #done;

  constructor(price, every, user) {
    this.#done = this.#run(price, every, user);
  }

  async #run(price, every, user) {
    while (this.#isOn) {
      const n = this.sent + 1;
      const own = n % 50 === 0 ? [{ channel: user, n }] : [];
      await gateway.publish({ channel: price, n }, ...own, { channel: every, n });
      this.sent = n;
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  }

  /** Goes on until so many more updates were shared, or published if the coding has no stream to share. */
  async go(isShared) {
    const count = async () => (isShared ? sharedDeliveries() : CLIENTS * this.sent);
    const before = await count();
    let now = before;
    await until(async () => (now = await count()) >= before + UPDATES, () => `${now - before} of ${UPDATES}`);
  }

  async stop() {
    this.#isOn = false;
    await this.#done;
  }
}

/** Each number once and in order on one channel, and never an older price on the other. */
function check(updates, price, every, sent) {
  const numbers = (wanted) => updates.filter(({ channel }) => channel === wanted).map(({ data }) => data.n);
  const all = numbers(every);
  assert.deepEqual(all, Array.from({ length: all.length }, (_, index) => all[0] + index), 'each once, in order');
  assert.equal(all.at(-1), sent, 'to the last');
  const prices = numbers(price);
  assert.ok(prices.every((n, index) => index === 0 || n >= prices[index - 1]), `never an older price: ${prices}`);
  assert.equal(prices.at(-1), sent, 'the newest price');
}

/**
 * Opens clients that read the same, some of them later than others, and compares what all of them got.
 * @param {(channels: string[], token: string) => Promise<{updates: () => Promise<object[]>, end: () => Promise<void>}>} open
 * @param {boolean} isShared whether the coding has a stream to share
 */
async function share(open, isShared = true) {
  const name = gateway.name();
  const price = `price:${name}`;
  const every = `bench:${name}`;
  const token = await gateway.token(name);
  const feed = new Feed(price, every, `user:${name}`);
  const clients = [];
  for (let i = 0; i < CLIENTS; i++) {
    clients.push(await open([price, every], i === 0 ? token : null));
  }
  await feed.go(isShared);
  for (let i = 0; i < LATECOMERS; i++) {
    clients.push(await open([price, every], null));
  }
  await feed.go(isShared);
  await feed.stop();
  for (const client of clients) {
    let updates;
    await until(
      async () => (updates = await client.updates()).filter(({ channel }) => channel === every).at(-1)?.data.n === feed.sent,
      () => JSON.stringify(updates.slice(-3)),
    );
    check(updates, price, every, feed.sent);
    await client.end();
  }
}

/** Takes an event stream's text apart. */
class Events {
  updates = [];
  #rest = '';

  read(text) {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split('\n');
      const data = lines.find((line) => line.startsWith('data: '));
      if (data && !lines.some((line) => line.startsWith('event: '))) {
        this.updates.push(JSON.parse(data.slice('data: '.length)));
      }
    }
  }
}

function eventsUrl(channels, token) {
  const query = new URLSearchParams({ channels: channels.join() });
  if (token) {
    query.set('token', token);
  }
  return `${access.url}/events?${query}`;
}

function byNode(coding, decoder) {
  return async (channels, token) => {
    const request = http.get(eventsUrl(channels, token), { headers: { 'accept-encoding': coding } });
    const response = await new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
    assert.equal(response.headers['content-encoding'], coding);
    assert.match(response.headers.vary, /accept-encoding/i);
    const events = new Events();
    const decoded = response.pipe(decoder()).setEncoding('utf8');
    decoded.on('data', (text) => events.read(text)).on('error', () => {});
    return { updates: async () => events.updates, end: async () => request.destroy() };
  };
}

function byCurl(coding) {
  return async (channels, token) => {
    const curl = spawn('curl', ['-sN', '--compressed', '-H', `accept-encoding: ${coding}`, eventsUrl(channels, token)]);
    const events = new Events();
    curl.stdout.setEncoding('utf8').on('data', (text) => events.read(text));
    return {
      updates: async () => events.updates,
      end: async () => {
        curl.kill();
      },
    };
  };
}

async function byWs(channels, token) {
  const socket = new WebSocket(`${access.url.replace('http', 'ws')}/ws${token ? `?token=${token}` : ''}`);
  const updates = [];
  socket.on('message', (text) => {
    const message = JSON.parse(text);
    if (!message.op) {
      updates.push(message);
    }
  });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  assert.match(socket.extensions, /permessage-deflate/);
  socket.send(JSON.stringify({ op: 'subscribe', channels }));
  return { updates: async () => updates, end: async () => socket.terminate() };
}

/** In a page: an EventSource or a WebSocket that keeps the updates that it gets. */
function listen({ address, channels }) {
  const updates = [];
  window.clients ??= [];
  const index = window.clients.push(updates) - 1;
  const keep = ({ data }) => {
    const message = JSON.parse(data);
    if (!message.op) {
      updates.push(message);
    }
  };
  return new Promise((resolve, reject) => {
    const client = channels ? new WebSocket(address) : new EventSource(address);
    client.onmessage = keep;
    client.onerror = () => reject(new Error(`${address} failed`));
    client.onopen = () => {
      if (channels) {
        client.send(JSON.stringify({ op: 'subscribe', channels }));
      }
      resolve(index);
    };
  });
}

/** Pages of their own, since a page opens six connections at most. */
function byPage(browser, coding) {
  return async (channels, token) => {
    const isWebSocket = coding === 'permessage-deflate';
    const context = await browser.newContext(isWebSocket ? {} : { extraHTTPHeaders: { 'accept-encoding': coding } });
    const page = await context.newPage();
    const seen = new Promise((resolve) => {
      page.on('response', (response) => response.url().includes('/events') && resolve(response.allHeaders()));
    });
    await page.goto(`${access.url}/ping`);
    const address = isWebSocket
      ? `${access.url.replace('http', 'ws')}/ws${token ? `?token=${token}` : ''}`
      : eventsUrl(channels, token);
    const index = await page.evaluate(listen, { address, channels: isWebSocket ? channels : null });
    if (!isWebSocket) {
      assert.equal((await seen)['content-encoding'], coding);
    }
    return { updates: () => page.evaluate((i) => window.clients[i], index), end: () => context.close() };
  };
}

/** The libraries of two codings are loaded when somebody asks for the first time. */
async function librariesAreLoaded() {
  let coding;
  const ask = (resolve) => {
    http.get(`${access.url}/`, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      answer.resume();
      resolve(answer.headers['content-encoding']);
    });
  };
  await until(async () => (coding = await new Promise(ask)) === 'br', () => coding);
}

await librariesAreLoaded();
if (chromium === null) {
  await runTests({
    'Node reads gzip': () => share(byNode('gzip', createGunzip)),
    'Node reads br': () => share(byNode('br', createBrotliDecompress), false),
    'curl reads gzip': () => share(byCurl('gzip')),
    'curl reads zstd': () => share(byCurl('zstd')),
    'curl reads br': () => share(byCurl('br'), false),
    'ws reads permessage-deflate': () => share(byWs),
  });
} else {
  await withChromium(chromium, (browser) =>
    runTests({
      'EventSource reads gzip': () => share(byPage(browser, 'gzip')),
      'EventSource reads br': () => share(byPage(browser, 'br'), false),
      'EventSource reads zstd': () => share(byPage(browser, 'zstd')),
      'WebSocket reads permessage-deflate': () => share(byPage(browser, 'permessage-deflate')),
    }),
  );
}
process.exit(0);
