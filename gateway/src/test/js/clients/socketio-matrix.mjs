/**
 * Runs npm's Socket.IO and Engine.IO clients of all generations, on every way, against a server that echoes:
 * `node socketio-matrix.mjs '{"url":"http://127.0.0.1:8080"}'`. Without an address the server is the reference server.
 * Each cell is a line of JSON on standard output; `{"ask":"stop"}` asks for the end of the server.
 */
import { createInterface } from 'node:readline';
import { Socket as EngineSocket } from 'engine.io-client';
import openEngine3 from 'engine.io-client-3';
import { CUT_CELLS, awaitingTheEnd } from './matrix/endings.mjs';
import { ENGINEIO_CELLS } from './matrix/engineio-cells.mjs';
import { EngineIoClient } from './matrix/engineio-client.mjs';
import { SOCKETIO_GENERATIONS } from './matrix/npm-generations.mjs';
import { inTime, resultOf, resultsOf } from './matrix/run.mjs';
import { SOCKETIO_CELLS } from './matrix/socketio-cells.mjs';
import { SocketIoClient } from './matrix/socketio-client.mjs';
import { WAYS } from './matrix/ways.mjs';

const SOCKETIO = { cells: { ...SOCKETIO_CELLS, ...CUT_CELLS }, ended: 'disconnect' };
const ENGINEIO = { cells: ENGINEIO_CELLS, ended: 'close' };

const CLIENTS = {
  'engine.io-client 3': { ...ENGINEIO, on: (way) => new EngineIoClient(openEngine3, 3, way) },
  'engine.io-client 6': { ...ENGINEIO, on: (way) => new EngineIoClient((...args) => new EngineSocket(...args), 4, way) },
};
for (const [generation, io] of Object.entries(SOCKETIO_GENERATIONS)) {
  CLIENTS[`socket.io-client ${generation}`] = { ...SOCKETIO, on: (way) => new SocketIoClient(io, Number(generation), way) };
}

const report = (result) => console.log(JSON.stringify(result));

/** Has the server stopped, by whoever runs it. */
async function ask(what) {
  const lines = createInterface({ input: process.stdin });
  report({ ask: what });
  await new Promise((resolve) => lines.once('line', resolve));
  lines.close();
}

async function serverOf({ url }) {
  if (url) {
    return { url, stop: () => ask('stop') };
  }
  const { startReferenceServer } = await import('./matrix/reference-server.mjs');
  return startReferenceServer();
}

const server = await serverOf(JSON.parse(process.argv[2]));
const staying = [];
for (const [name, { cells, ended, on }] of Object.entries(CLIENTS)) {
  const ways = Object.entries(WAYS);
  const results = await Promise.all(ways.map(([way, told]) => resultsOf(`${name}, ${way}`, on(told), cells, server.url)));
  results.flat().forEach(report);
  for (const [way, told] of ways) {
    const end = inTime(awaitingTheEnd(on(told), server.url, ended));
    end.catch(() => {});
    staying.push({ test: `${name}, ${way}: left by the server`, end });
  }
}
await Promise.allSettled(staying.map(({ end }) => end));
const ended = staying.map(({ test, end }) => resultOf(test, async () => (await end)()));
await server.stop();
(await Promise.all(ended)).forEach(report);
// Sockets that a failed cell left open would keep the process.
process.exit(0);
