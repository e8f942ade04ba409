/** Runs the matrix with the generations of socket.io-client in a page, which the server has to echo to. */
import { resultOf } from './matrix/run.mjs';
import { SOCKETIO_CELLS } from './matrix/socketio-cells.mjs';
import { SocketIoClient } from './matrix/socketio-client.mjs';
import { WAYS } from './matrix/ways.mjs';
import { io as io4 } from './node_modules/socket.io-client/dist/socket.io.esm.min.js';

/** The generations before 4 are scripts that leave `io` behind. */
function ioOf(script) {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script');
    element.src = new URL(script, import.meta.url).href;
    element.onload = () => resolve(window.io);
    element.onerror = reject;
    document.head.append(element);
  });
}

/** One way's cells after one another: a page has six connections of HTTP/1.1 to a host. */
async function runWay(way, generation, io, url, report) {
  for (const [name, cell] of Object.entries(SOCKETIO_CELLS)) {
    const client = new SocketIoClient(io, Number(generation), WAYS[way]);
    await report(await resultOf(`socket.io-client ${generation}, ${way}: ${name}`, () => cell(client, url)));
    client.end();
  }
}

/** All ways of a generation at once. */
export async function runMatrixInPage(url, report) {
  const generations = {
    2: await ioOf('./node_modules/socket.io-client-2/dist/socket.io.js'),
    3: await ioOf('./node_modules/socket.io-client-3/dist/socket.io.js'),
    4: io4,
  };
  for (const [generation, io] of Object.entries(generations)) {
    await Promise.all(['polling', 'websocket', 'upgrade'].map((way) => runWay(way, generation, io, url, report)));
  }
}
