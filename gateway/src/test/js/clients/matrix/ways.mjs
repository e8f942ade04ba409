/** How clients get there: the transports they are allowed, in order, and whether binary has to be Base64. */
export const WAYS = {
  polling: { transports: ['polling'] },
  websocket: { transports: ['websocket'] },
  upgrade: { transports: ['polling', 'websocket'] },
  'polling, Base64': { transports: ['polling'], forceBase64: true },
  'websocket, Base64': { transports: ['websocket'], forceBase64: true },
};

/** Waits until an Engine.IO socket is carried by the last transport of its way. */
export async function carriedByLast(engine, { transports }) {
  const last = transports.at(-1);
  if (engine.transport.name !== last) {
    await new Promise((resolve) => engine.once('upgrade', resolve));
  }
  if (engine.transport.name !== last) {
    throw new Error(`it is carried by ${engine.transport.name}`);
  }
}

/**
 * Waits until an Engine.IO socket has got so many signs of life of the other end.
 * @param {'ping' | 'pong'} sign since Engine.IO 4 it is the server that pings
 */
export function heartbeats(engine, sign, count) {
  let seen = 0;
  return new Promise((resolve) => {
    engine.on('packet', ({ type }) => {
      if (type === sign && ++seen === count) {
        resolve();
      }
    });
  });
}
