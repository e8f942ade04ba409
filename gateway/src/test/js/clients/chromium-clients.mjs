/**
 * Runs scenarios with the clients of a page in Chromium:
 * `node chromium-clients.mjs '{"chromium":"/usr/bin/chromium","run":{…as for npm-clients.mjs…},"protocol":"h2"}'`.
 */
import { withChromium } from './browser/chromium.mjs';
import { openTestPage, protocolsOf, scriptAddress } from './browser/test-page.mjs';

/** What a client asks for by requests; which HTTP carried a WebSocket the gateway itself counts. */
const REQUESTS = { eventsource: '/events?', 'socketio-polling': 'transport=polling', 'socketio-upgrade': 'transport=polling' };

const { chromium, run, protocol } = JSON.parse(process.argv[2]);
await withChromium(chromium, async (browser) => {
  const page = await openTestPage(browser, run.url);
  const protocols = await protocolsOf(page, REQUESTS[run.client]);
  await page.exposeFunction('reportTest', (result) => console.log(JSON.stringify(result)));
  await page.evaluate(
    async ({ script, told }) => {
      const { runInPage } = await import(script);
      await runInPage(told, window.reportTest);
    },
    { script: scriptAddress('page-clients.mjs'), told: run },
  );
  if (REQUESTS[run.client] !== undefined) {
    const seen = [...protocols].join();
    console.log(JSON.stringify({ test: `comes over ${protocol}`, error: seen === protocol ? undefined : `it was ${seen}` }));
  }
});
process.exit(0);
