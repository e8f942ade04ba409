/** The reference server as conformance mode has to behave: what passes nowhere else is the harness's own fault. */
import { createServer } from 'node:http';
import { Server as EngineServer } from 'engine.io';
import { Server } from 'socket.io';

const PINGS = { pingInterval: 1_000, pingTimeout: 20_000 };

export async function startReferenceServer() {
  const http = createServer();
  const io = new Server(http, { allowEIO3: true, ...PINGS });
  const engine = new EngineServer({ allowEIO3: true, ...PINGS });
  engine.attach(http, { path: '/engine.io/' });
  engine.on('connection', (socket) => socket.on('message', (message) => socket.send(message)));
  for (const namespace of ['/', '/custom']) {
    io.of(namespace).on('connection', (socket) => {
      socket.emit('auth', socket.handshake.auth);
      socket.on('message', (...args) => socket.emit('message-back', ...args));
      socket.on('message-with-ack', (...args) => args.pop()(...args));
    });
  }
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    async stop() {
      engine.close();
      io.close();
    },
  };
}
