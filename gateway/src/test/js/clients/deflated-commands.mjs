/**
 * Has npm's and a page's clients deflate what they send:
 * `node deflated-commands.mjs '{"chromium":null,"url":"http://127.0.0.1:8080","apiKey":"…","jwtSecret":"…","run":"a"}'`.
 * With Chromium's path its page's clients, else npm's. Each result is a line of JSON on standard output.
 */
import assert from 'node:assert/strict';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { BigCommand } from './big-command.mjs';
import { runTests, withChromium } from './browser/chromium.mjs';
import { openTestPage, scriptAddress } from './browser/test-page.mjs';
import { Gateway } from './gateway.mjs';
import { SocketIoClient } from './kinds/socketio.mjs';
import { WebSocketClient } from './kinds/websocket.mjs';
import { Line } from './line.mjs';

const NPM_CLIENTS = {
  ws: () => new WebSocketClient(WebSocket),
  'socketio-websocket': () => new SocketIoClient(io, 'websocket'),
  'socketio-upgrade': () => new SocketIoClient(io, 'polling', 'websocket'),
};

const { chromium, ...access } = JSON.parse(process.argv[2]);

/** Agrees, sends, and looks at what came over the line. */
async function deflates(line, agreed, open, send) {
  assert.equal(await open(), agreed);
  const before = line.sentBytes;
  const { leastBytes, missing, faults } = await send();
  const sent = line.sentBytes - before;
  assert.deepEqual({ missing, faults }, { missing: [], faults: [] });
  assert.ok(sent < leastBytes / 3, `${leastBytes} bytes took ${sent}`);
}

function byNpm(line, url) {
  const tests = {};
  for (const [name, client] of Object.entries(NPM_CLIENTS)) {
    let big;
    tests[`${name} deflates its commands`] = () =>
      deflates(
        line,
        // ws leaves the parameters out.
        'permessage-deflate',
        async () => {
          big = await BigCommand.open(new Gateway({ ...access, url }), client());
          return big.extensions;
        },
        () => big.send(),
      );
  }
  return tests;
}

function byPage(browser, line, url) {
  const tests = {};
  for (const client of ['websocket', 'socketio-websocket', 'socketio-upgrade']) {
    tests[`${client} in a page deflates its commands`] = async () => {
      const page = await openTestPage(browser, url);
      const open = async ({ script, told }) => (await import(script)).openInPage(told);
      const told = { ...access, url, client, run: `${access.run}-${client}` };
      await deflates(
        line,
        'permessage-deflate; client_max_window_bits=10',
        () => page.evaluate(open, { script: scriptAddress('page-clients.mjs'), told }),
        () => page.evaluate(() => window.big.send()),
      );
      await page.context().close();
    };
  }
  return tests;
}

const line = new Line(access.url);
const url = await line.open();
if (chromium === null) {
  await runTests(byNpm(line, url));
} else {
  await withChromium(chromium, (browser) => runTests(byPage(browser, line, url)));
}
line.close();
process.exit(0);
