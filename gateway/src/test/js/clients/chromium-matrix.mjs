/**
 * Runs the matrix with the generations of socket.io-client in a page in Chromium, against a server that echoes:
 * `node chromium-matrix.mjs '{"chromium":"/usr/bin/chromium","url":"https://127.0.0.1:8443","protocol":"h2"}'`.
 * Each cell is a line of JSON on standard output.
 */
import { withChromium } from './browser/chromium.mjs';
import { openTestPage, protocolsOf, scriptAddress } from './browser/test-page.mjs';

const { chromium, url, protocol } = JSON.parse(process.argv[2]);
await withChromium(chromium, async (browser) => {
  const page = await openTestPage(browser, url);
  const protocols = await protocolsOf(page, 'transport=polling');
  await page.exposeFunction('reportTest', (result) => console.log(JSON.stringify(result)));
  await page.evaluate(
    async ({ script, server }) => {
      const { runMatrixInPage } = await import(script);
      await runMatrixInPage(server, window.reportTest);
    },
    { script: scriptAddress('page-matrix.mjs'), server: url },
  );
  const seen = [...protocols].join();
  console.log(JSON.stringify({ test: `polling over ${protocol}`, error: seen === protocol ? undefined : `it was ${seen}` }));
});
process.exit(0);
