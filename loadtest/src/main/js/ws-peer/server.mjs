// npm's ws as a push server: whoever subscribes to a channel over WebSocket is sent what Redis publishes there. It does what
// its documentation shows: ws.send to each client. With --deflate it agrees to permessage-deflate for messages of any size.
//
// node server.mjs --port PORT --redis redis://host:port --pattern 'bench*' [--deflate]

import net from 'node:net';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '9300' },
    redis: { type: 'string', default: 'redis://127.0.0.1:6379' },
    pattern: { type: 'string', default: 'bench*' },
    deflate: { type: 'boolean', default: false },
  },
});

class Room {
  members = new Set();
  seq = 0;

  constructor(channel) {
    this.channel = channel;
  }

  broadcast(payload) {
    this.seq++;
    const message = Buffer.from(`{"channel":"${this.channel}","seq":${this.seq},"data":${payload}}`);
    for (const client of this.members) {
      client.send(message, { binary: false });
    }
  }
}

const rooms = new Map();

function room(channel) {
  if (!rooms.has(channel)) {
    rooms.set(channel, new Room(channel));
  }
  return rooms.get(channel);
}

/** Items of a RESP2 array of bulk strings and integers; null if it is not complete. */
function readPush(bytes, start) {
  let at = start;
  const line = () => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) {
      return null;
    }
    const text = bytes.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  const head = line();
  if (head === null) {
    return null;
  }
  if (!head.startsWith('*')) {
    throw new Error(`Redis sent what is not a push: ${head}`);
  }
  const items = [];
  for (let i = 0; i < Number(head.slice(1)); i++) {
    const item = line();
    if (item === null) {
      return null;
    }
    if (item.startsWith('$')) {
      const end = at + Number(item.slice(1));
      if (end + 2 > bytes.length) {
        return null;
      }
      items.push(bytes.toString('utf8', at, end));
      at = end + 2;
    } else {
      items.push(item.slice(1));
    }
  }
  return { items, end: at };
}

/** Subscribes; resolves once Redis has confirmed. */
function follow(url, pattern) {
  return new Promise((confirmed) => {
    const { hostname, port } = new URL(url);
    const socket = net.connect(Number(port || 6379), hostname);
    let pending = Buffer.alloc(0);
    socket.write(`*2\r\n$10\r\nPSUBSCRIBE\r\n$${Buffer.byteLength(pattern)}\r\n${pattern}\r\n`);
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      let at = 0;
      for (let push = readPush(pending, at); push !== null; push = readPush(pending, at)) {
        at = push.end;
        const [kind, , channel, payload] = push.items;
        if (kind === 'pmessage') {
          room(channel).broadcast(payload);
        } else {
          confirmed();
        }
      }
      pending = pending.subarray(at);
    });
    socket.on('close', () => process.exit(1));
    socket.on('error', (error) => console.error(`Redis: ${error.message}`));
  });
}

await follow(options.redis, options.pattern);
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(options.port),
  backlog: 4096,
  perMessageDeflate: options.deflate ? { threshold: 0 } : false,
});
server.on('connection', (client) => {
  const joined = new Set();
  client.on('message', (text) => {
    const command = JSON.parse(text);
    for (const channel of command.channels) {
      room(channel).members.add(client);
      joined.add(channel);
    }
    client.send(JSON.stringify({ op: 'subscribed', id: command.id, channels: command.channels.map((channel) => ({ channel })) }));
  });
  client.on('close', () => joined.forEach((channel) => room(channel).members.delete(client)));
  client.on('error', () => client.terminate());
});
server.on('listening', () => console.log(`ws listens on 127.0.0.1:${server.address().port}`));
