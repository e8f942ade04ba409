/** A page of the gateway's own origin, which these tests' modules can be imported into. */
import { readFile } from 'node:fs/promises';

const SCRIPTS = new URL('..', import.meta.url);
/** A path that the gateway does not have. */
const SERVED_AT = '/these-tests/';

/** Where a page finds a module of these tests. */
export function scriptAddress(path) {
  return `${SERVED_AT}${path}`;
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url of the gateway
 */
export async function openTestPage(browser, url) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.route(`**${SERVED_AT}**`, async (route) => {
    const path = new URL(route.request().url()).pathname.slice(SERVED_AT.length);
    await route.fulfill({ contentType: 'text/javascript', body: await readFile(new URL(path, SCRIPTS)) });
  });
  await page.goto(`${url}/ping`);
  return page;
}

/**
 * Which protocols a page's requests come over, by what the browser itself says.
 * @param {import('playwright-core').Page} page
 * @param {string} part of the addresses that are looked at
 * @returns {Promise<Set<string>>} filled as it happens
 */
export async function protocolsOf(page, part) {
  const protocols = new Set();
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Network.enable');
  devTools.on('Network.responseReceived', ({ response }) => {
    if (response.url.includes(part)) {
      protocols.add(response.protocol);
    }
  });
  return protocols;
}
