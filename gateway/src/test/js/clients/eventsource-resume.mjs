/**
 * Cuts the line under Chromium's own EventSource again and again:
 * `node eventsource-resume.mjs '{"chromium":"/usr/bin/chromium","url":"http://127.0.0.1:8080","apiKey":"…","run":"a"}'`.
 */
import assert from 'node:assert/strict';
import { runTests, withChromium } from './browser/chromium.mjs';
import { Gateway, until } from './gateway.mjs';
import { Line } from './line.mjs';

const CUTS = 3;
/** Published while nobody is there, at least. */
const ABSENCE = 40;
/** Between two publications, so that the history holds what an absence lasts. */
const PACE_MS = 4;

const { chromium, ...access } = JSON.parse(process.argv[2]);

/** Publishes the same numbers to several channels, on and on. */
class Feed {
  sent = 0;
  #isOn = true;
  #done;

  constructor(gateway, ...channels) {
    this.#done = this.#run(gateway, channels);
  }

  async #run(gateway, channels) {
    while (this.#isOn) {
      const n = this.sent + 1;
      await gateway.publish(...channels.map((channel) => ({ channel, n })));
      this.sent = n;
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  }

  async more(count) {
    const wanted = this.sent + count;
    await until(() => this.sent >= wanted, () => `${this.sent} of ${wanted}`);
  }

  async stop() {
    this.#isOn = false;
    await this.#done;
  }
}

/** Opens an EventSource in the page, which keeps in `window.seen` what it gets. */
function listen(address) {
  const seen = { updates: [], controls: [], opened: 0, id: '' };
  const source = new EventSource(address);
  source.onopen = () => seen.opened++;
  source.onmessage = ({ data, lastEventId }) => {
    // Behind, it gets events without ids: then the last id is still the one before.
    seen.updates.push({ ...JSON.parse(data), isInStep: lastEventId !== seen.id });
    seen.id = lastEventId;
  };
  source.addEventListener('control', ({ data, lastEventId }) => {
    seen.controls.push(JSON.parse(data));
    seen.id = lastEventId;
  });
  window.seen = seen;
}

/** A page with an EventSource that was opened once. */
class Listener {
  #page;

  constructor(page) {
    this.#page = page;
  }

  static async open(browser, url, ...channels) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${url}/ping`);
    await page.evaluate(listen, `/events?channels=${encodeURIComponent(channels.join())}`);
    return new Listener(page);
  }

  seen() {
    return this.#page.evaluate(() => window.seen);
  }

  /** Waits for the page to see something. */
  async sees(probe) {
    let seen;
    await until(
      async () => probe((seen = await this.seen())),
      () => JSON.stringify({ ...seen, updates: seen.updates.slice(-5), count: seen.updates.length }),
    );
  }
}

function seqs({ updates }, wanted) {
  return updates.filter(({ channel }) => channel === wanted).map(({ seq }) => seq);
}

async function seesEachUpdateOnce(browser, line, gateway) {
  const price = `price:${gateway.name()}`;
  const every = `bench:${gateway.name()}`;
  const listener = await Listener.open(browser, await line.open(), price, every);
  await listener.sees(({ controls }) => controls.some(({ op }) => op === 'subscribed'));
  const feed = new Feed(gateway, price, every);
  for (let cut = 0; cut <= CUTS; cut++) {
    await listener.sees(({ opened }) => opened === cut + 1);
    const before = feed.sent;
    await listener.sees((seen) => seen.updates.at(-1)?.isInStep && seqs(seen, every).at(-1) > before);
    if (cut < CUTS) {
      line.break();
      await feed.more(ABSENCE);
      line.mend();
    }
  }
  await feed.stop();
  await listener.sees((seen) => seqs(seen, every).at(-1) === feed.sent && seqs(seen, price).at(-1) === feed.sent);
  const seen = await listener.seen();
  assert.deepEqual(seqs(seen, every), Array.from({ length: feed.sent }, (_, index) => index + 1), 'each once, in order');
  const prices = seqs(seen, price);
  assert.ok(prices.every((seq, index) => index === 0 || seq >= prices[index - 1]), `never an older price: ${prices}`);
  assert.deepEqual(seen.controls.filter(({ op }) => op === 'gap'), [], 'gaps');
  const answers = seen.controls.filter(({ op }) => op === 'subscribed');
  assert.equal(answers.length, CUTS + 1, 'streams');
  for (const { channels } of answers.slice(1)) {
    assert.deepEqual(channels.map(({ recovered }) => recovered), [true, true], 'recovered');
  }
}

await withChromium(chromium, async (browser) => {
  const line = new Line(access.url);
  await runTests({
    'an EventSource whose line is cut sees each update once': () => seesEachUpdateOnce(browser, line, new Gateway(access)),
  });
  line.close();
});
process.exit(0);
