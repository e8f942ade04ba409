/**
 * Runs npm's Socket.IO clients of all generations, on every way, against a gateway that knows users:
 * `node socketio-rights.mjs '{"url":"http://127.0.0.1:8080","apiKey":"…","jwtSecret":"…","run":"a"}'`.
 * Each cell is a line of JSON on standard output.
 */
import { Gateway } from './gateway.mjs';
import { SOCKETIO_GENERATIONS } from './matrix/npm-generations.mjs';
import { RIGHTS_CELLS } from './matrix/rights-cells.mjs';
import { resultsOf } from './matrix/run.mjs';
import { SocketIoClient } from './matrix/socketio-client.mjs';
import { WAYS } from './matrix/ways.mjs';

const gateway = new Gateway(JSON.parse(process.argv[2]));
const runs = Object.entries(SOCKETIO_GENERATIONS).flatMap(([generation, io]) =>
  ['polling', 'websocket', 'upgrade'].map((way) => {
    const client = new SocketIoClient(io, Number(generation), WAYS[way]);
    return resultsOf(`socket.io-client ${generation}, ${way}`, client, RIGHTS_CELLS, gateway);
  }),
);
(await Promise.all(runs)).flat().forEach((result) => console.log(JSON.stringify(result)));
// Sockets that a failed cell left open would keep the process.
process.exit(0);
