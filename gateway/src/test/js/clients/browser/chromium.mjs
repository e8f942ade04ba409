/** Chromium as the tests need it: headless, silent towards the rest of the world, and watched. */
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Gives a browser to something, and closes it whatever comes of that.
 * @param {string} executablePath
 * @param {(browser: import('playwright-core').Browser) => Promise<void>} use
 */
export async function withChromium(executablePath, use) {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/**
 * Collects what must not happen on a page: errors on its console, requests that fail or are refused.
 * @param {import('playwright-core').Page} page
 * @returns {string[]} filled as it happens
 */
export function faultsOf(page) {
  const faults = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      faults.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.stack}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // So end requests that the page itself gives up, such as the stream of a transport it leaves.
    if (why !== 'net::ERR_ABORTED') {
      faults.push(`${request.url()} failed: ${why}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400) {
      faults.push(`${response.url()} was answered ${response.status()}`);
    }
  });
  return faults;
}

/** Runs the tests in order, each of which reports itself by a line of JSON. */
export async function runTests(tests) {
  for (const [test, body] of Object.entries(tests)) {
    try {
      await body();
      console.log(JSON.stringify({ test }));
    } catch (error) {
      console.log(JSON.stringify({ test, error: String(error?.stack ?? error) }));
    }
  }
}
