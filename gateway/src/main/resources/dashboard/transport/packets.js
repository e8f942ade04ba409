/** Engine.IO 4 payloads and Socket.IO 5 packets as text, as far as a page without binary data needs them. */

/** Engine.IO packet types, as their first character. */
export const ENGINE = Object.freeze({ OPEN: '0', CLOSE: '1', PING: '2', PONG: '3', MESSAGE: '4', NOOP: '6' });

/** Socket.IO packet types. */
export const SOCKET = Object.freeze({ CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4 });

const SEPARATOR = '\x1e';
const PACKET = /^(\d)(?:(\/[^,]*),)?(\d+)?(.*)$/s;

/**
 * @param {string} body what a poll answered
 * @returns {string[]} its Engine.IO packets
 */
export function splitPayload(body) {
  return body === '' ? [] : body.split(SEPARATOR);
}

/**
 * @param {string[]} packets Engine.IO packets
 * @returns {string} the body of a poll's POST
 */
export function joinPayload(packets) {
  return packets.join(SEPARATOR);
}

/**
 * @param {string} text a Socket.IO packet, without the Engine.IO type before it
 * @returns {{type: number, namespace: string, ackId: number | undefined, value: *}} value: the JSON, undefined when absent
 * @throws {SyntaxError} when it is none, has binary attachments, or its JSON is broken
 */
export function parsePacket(text) {
  const parts = PACKET.exec(text);
  const type = parts === null ? NaN : Number(parts[1]);
  if (!(type <= SOCKET.CONNECT_ERROR)) {
    throw new SyntaxError('not a Socket.IO text packet');
  }
  return {
    type,
    namespace: parts[2] ?? '/',
    ackId: parts[3] === undefined ? undefined : Number(parts[3]),
    value: parts[4] === '' ? undefined : JSON.parse(parts[4]),
  };
}

/**
 * @param {object} auth the CONNECT payload
 * @returns {string} an Engine.IO message that connects to the namespace `/`
 */
export function connectPacket(auth) {
  return `${ENGINE.MESSAGE}${SOCKET.CONNECT}${JSON.stringify(auth)}`;
}

/**
 * @param {string} name the event's name
 * @param {*} argument its only argument
 * @param {number} ackId which acknowledgement is asked for
 * @returns {string} an Engine.IO message
 */
export function eventPacket(name, argument, ackId) {
  return `${ENGINE.MESSAGE}${SOCKET.EVENT}${ackId}${JSON.stringify([name, argument])}`;
}
