/**
 * Looks at the dashboard in Chromium: `node dashboard.mjs '{"chromium":"/usr/bin/chromium","url":"http://127.0.0.1:8080","part":"transports"}'`.
 * The part `outage` asks for Redis to be stopped and started; `screenshot` takes a picture into `file`.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { faultsOf, runTests, withChromium } from './browser/chromium.mjs';
import { Gateway, until } from './gateway.mjs';

const PATIENCE_MS = 30_000;
/** How long the demo takes to fill the traces and the histogram. */
const FULL_PICTURE_MS = 62_000;

const { chromium, url, part, file } = JSON.parse(process.argv[2]);
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Has the starter of this script do something. */
async function ask(what) {
  console.log(JSON.stringify({ ask: what }));
  await answers.next();
}

class Dashboard {
  constructor(page) {
    this.page = page;
    this.faults = faultsOf(page);
    page.setDefaultTimeout(PATIENCE_MS);
  }

  static async open(browser, hash = '', options = {}) {
    const context = await browser.newContext(options);
    const dashboard = new Dashboard(await context.newPage());
    await dashboard.page.goto(`${url}/${hash}`);
    return dashboard;
  }

  #text(testId) {
    return this.page.getByTestId(testId).innerText();
  }

  /** Waits for the connection to be called this. */
  state(text) {
    return this.page.waitForFunction((wanted) => document.querySelector('[data-testid=state]').textContent === wanted, text);
  }

  /** Waits until a price on the screen has become another, several times. */
  async moves(symbol, times = 3) {
    const id = `price-${symbol}`;
    await this.page.getByTestId(id).waitFor();
    for (let moved = 0; moved < times; moved++) {
      const before = await this.#text(id);
      await this.page.waitForFunction(
        ([testId, text]) => document.querySelector(`[data-testid=${testId}]`).innerText !== text,
        [id, before],
      );
    }
    assert.match(await this.#text(id), /^[\d,.\s]+$/, `the price of ${symbol}`);
  }

  async showsOrdersAndLogs() {
    await this.page.getByTestId('orders').locator('tbody tr:not(.empty)').first().waitFor();
    await this.page.getByTestId('logs').locator('li:not(.empty)').first().waitFor();
    assert.match(await this.page.getByTestId('orders').locator('tbody tr').first().innerText(), /buy|sell/);
    assert.match(await this.page.getByTestId('logs').locator('li').first().innerText(), /info|warn|error/i);
  }

  async measures() {
    await this.page.waitForFunction(() => /\d/.test(document.querySelector('[data-testid=latency-p50]').textContent));
    assert.match(await this.#text('updates'), /[1-9]/);
  }

  choose(transport) {
    return this.page.getByTestId('transport').selectOption(transport);
  }

  transports() {
    return this.page.getByTestId('transport').locator('option').evaluateAll((options) => options.map(({ value }) => value));
  }

  async close() {
    const faults = [...this.faults];
    await this.page.context().close();
    assert.deepEqual(faults, [], 'errors on the console and failed requests');
  }
}

/** Waits until the gateway itself counts one connection, of this transport. */
async function isOnlyConnection(transport) {
  const gateway = new Gateway({ url });
  let connections;
  await until(
    async () => {
      ({ connections } = await gateway.stats());
      return connections.total === 1 && connections[transport.split('-')[0]] === 1;
    },
    () => JSON.stringify(connections),
  );
}

async function transports(browser) {
  const first = await Dashboard.open(browser);
  const names = await first.transports();
  await first.close();
  const tests = {
    'all transports are in the chooser'() {
      assert.deepEqual(names, ['websocket', 'sse', 'socketio-websocket', 'socketio-polling']);
    },
  };
  for (const name of names) {
    tests[`prices move, orders and logs arrive over ${name}`] = async () => {
      const dashboard = await Dashboard.open(browser, `#transport=${name}`);
      await dashboard.state('live');
      await dashboard.moves('BTC-USD');
      await dashboard.moves('EUR-USD');
      await dashboard.showsOrdersAndLogs();
      await dashboard.measures();
      await isOnlyConnection(name);
      await dashboard.close();
    };
    tests[`${name} can be chosen on the page`] = async () => {
      const dashboard = await Dashboard.open(browser, name === names[0] ? `#transport=${names[1]}` : '');
      await dashboard.state('live');
      await dashboard.choose(name);
      assert.equal(new URL(dashboard.page.url()).hash.includes(name), name !== names[0], 'the address says it');
      await dashboard.state('live');
      await dashboard.moves('BTC-USD');
      await isOnlyConnection(name);
      await dashboard.close();
    };
  }
  await runTests(tests);
}

async function outage(browser) {
  await runTests({
    async 'is stale while Redis is away, and live again afterwards'() {
      const dashboard = await Dashboard.open(browser);
      await dashboard.state('live');
      await dashboard.moves('BTC-USD');
      await ask('stop Redis');
      await dashboard.state('stale');
      await ask('start Redis');
      await dashboard.state('live');
      await dashboard.moves('BTC-USD');
      await dashboard.close();
    },
  });
}

async function screenshot(browser) {
  await runTests({
    async 'takes a picture'() {
      const dashboard = await Dashboard.open(browser, '#theme=dark', { viewport: { width: 1440, height: 900 } });
      await dashboard.state('live');
      await dashboard.showsOrdersAndLogs();
      await dashboard.page.waitForTimeout(FULL_PICTURE_MS);
      await dashboard.page.screenshot({ path: file });
      await dashboard.close();
    },
  });
}

await withChromium(chromium, { transports, outage, screenshot }[part]);
process.exit(0);
