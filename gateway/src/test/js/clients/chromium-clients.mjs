/**
 * Runs scenarios with the clients of a page in Chromium:
 * `node chromium-clients.mjs '{"chromium":"/usr/bin/chromium","run":{…as for npm-clients.mjs…},"protocol":"h2"}'`.
 */
import { readFile } from 'node:fs/promises';
import { withChromium } from './browser/chromium.mjs';

const SCRIPTS = new URL('.', import.meta.url);
/** A path that the gateway does not have. */
const SERVED_AT = '/these-tests/';

/** Which protocol a page's streams came over, by what the browser itself says. */
async function protocolsOf(page) {
  const protocols = new Set();
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Network.enable');
  devTools.on('Network.responseReceived', ({ response }) => {
    if (response.url.includes('/events?')) {
      protocols.add(response.protocol);
    }
  });
  return protocols;
}

const { chromium, run, protocol } = JSON.parse(process.argv[2]);
await withChromium(chromium, async (browser) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.route(`**${SERVED_AT}**`, async (route) => {
    const path = new URL(route.request().url()).pathname.slice(SERVED_AT.length);
    await route.fulfill({ contentType: 'text/javascript', body: await readFile(new URL(path, SCRIPTS)) });
  });
  const protocols = await protocolsOf(page);
  await page.exposeFunction('reportTest', (result) => console.log(JSON.stringify(result)));
  await page.goto(`${run.url}/ping`);
  await page.evaluate(
    async ({ script, told }) => {
      const { runInPage } = await import(script);
      await runInPage(told, window.reportTest);
    },
    { script: `${SERVED_AT}page-clients.mjs`, told: run },
  );
  if (run.client === 'eventsource') {
    const seen = [...protocols].join();
    console.log(JSON.stringify({ test: `streams over ${protocol}`, error: seen === protocol ? undefined : `it was ${seen}` }));
  }
});
process.exit(0);
