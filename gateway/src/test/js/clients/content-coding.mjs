/**
 * Has Node and Chromium ask for what is compressed, as they ask by themselves:
 * `node content-coding.mjs '{"chromium":"/usr/bin/chromium","url":"http://127.0.0.1:8080","apiKey":"…","run":"a"}'`.
 */
import assert from 'node:assert/strict';
import { Fetch, io } from 'socket.io-client';
import { runTests, withChromium } from './browser/chromium.mjs';
import { Gateway, until } from './gateway.mjs';

const LONG = 'as long as what is compressed; '.repeat(100);
const UPDATES = 200;

const { chromium, ...access } = JSON.parse(process.argv[2]);
const gateway = new Gateway(access);
const channel = `price:${gateway.name()}`;
const PATHS = ['/', '/main.js', '/css/panels.css', `/channels/${encodeURIComponent(channel)}`];

/** Fetches, in Node or in a page, and tells in which coding that came. */
async function ask(url, accepted) {
  const answer = await fetch(url, accepted === undefined ? {} : { headers: { 'Accept-Encoding': accepted } });
  return { coding: answer.headers.get('content-encoding'), text: await answer.text() };
}

/** Asks until the gateway has loaded what it needs for this coding. */
async function awaitCoding(coding, again) {
  let answer;
  await until(async () => {
    answer = await again();
    return answer.coding === coding;
  }, () => answer.coding);
  return answer;
}

async function asPublished(path) {
  const { coding, text } = await ask(gateway.url + path, 'identity');
  assert.equal(coding, null);
  return text;
}

async function inNode() {
  const tests = {};
  for (const path of PATHS) {
    tests[`Node reads ${path.replace(channel, '…')}`] = async () => {
      const text = await asPublished(path);
      assert.deepEqual(await ask(gateway.url + path), { coding: 'gzip', text });
      assert.deepEqual(await awaitCoding('br', () => ask(gateway.url + path, 'br')), { coding: 'br', text });
    };
  }
  tests['socket.io-client reads compressed polls by fetch'] = async () => {
    const seen = [];
    const socket = io(gateway.url, { transports: [Fetch], forceNew: true, reconnection: false });
    socket.on('bench_update', ({ n }) => seen.push(n));
    const bench = `bench:${gateway.name()}`;
    await new Promise((resolve) => socket.emit('subscribe', bench, resolve));
    await gateway.publish(...Array.from({ length: UPDATES }, (_, n) => ({ channel: bench, n })));
    await until(() => seen.length >= UPDATES, () => `${seen.length} updates`);
    assert.deepEqual(seen, Array.from({ length: UPDATES }, (_, n) => n));
    socket.disconnect();
  };
  await runTests(tests);
}

/** On loopback Chromium takes all codings, elsewhere only over TLS. */
async function inChromium(browser) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${gateway.url}/ping`);
  const tests = {};
  for (const path of PATHS) {
    const coding = path.startsWith('/channels') ? 'zstd' : 'br';
    tests[`Chromium reads ${path.replace(channel, '…')}`] = async () => {
      const text = await asPublished(path);
      assert.deepEqual(await awaitCoding(coding, () => page.evaluate(ask, path)), { coding, text });
    };
  }
  await runTests(tests);
}

await gateway.publish({ channel, n: 1, text: LONG });
await gateway.knows({ channel, n: 1 });
await inNode();
await withChromium(chromium, inChromium);
process.exit(0);
