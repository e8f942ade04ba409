/**
 * The two carriers of Engine.IO 4: each hands whole packets to `onPacket` and takes them by `send`.
 *
 * `onEnd` is told once when the carrier is gone; after `close` nothing is told any more.
 */
import { ENGINE, joinPayload, splitPayload } from './packets.js';

/**
 * @typedef {object} Carrier
 * @property {(packet: string) => void} send
 * @property {() => void} close
 */

/**
 * @param {URL} url where the gateway is, with a trailing slash
 * @param {{onPacket: (packet: string) => void, onEnd: (reason: string) => void}} hooks
 * @returns {Carrier} one packet per WebSocket frame
 */
export function websocketCarrier(url, { onPacket, onEnd }) {
  const address = new URL('socket.io/?EIO=4&transport=websocket', url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.onmessage = (event) => onPacket(event.data);
  socket.onclose = (event) => onEnd(event.reason || `close ${event.code}`);
  return {
    send(packet) {
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(packet);
      }
    },
    close() {
      socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}

/**
 * @param {URL} url where the gateway is, with a trailing slash
 * @param {{onPacket: (packet: string) => void, onEnd: (reason: string) => void}} hooks
 * @returns {Carrier} at most one GET and one POST at a time
 */
export function pollingCarrier(url, { onPacket, onEnd }) {
  const address = new URL('socket.io/?EIO=4&transport=polling', url);
  const requests = new AbortController();
  let outgoing = [];
  let posting = false;
  let open = true;

  function end(reason) {
    if (open) {
      open = false;
      requests.abort();
      onEnd(reason);
    }
  }

  async function request(options) {
    const answer = await fetch(address, { cache: 'no-store', signal: requests.signal, ...options });
    if (!answer.ok) {
      throw new Error(`status ${answer.status}`);
    }
    return answer.text();
  }

  async function poll() {
    while (open) {
      const packets = splitPayload(await request());
      if (packets[0]?.startsWith(ENGINE.OPEN)) {
        address.searchParams.set('sid', JSON.parse(packets[0].slice(1)).sid);
      }
      packets.forEach((packet) => open && onPacket(packet));
    }
  }

  async function post() {
    posting = true;
    while (open && outgoing.length > 0) {
      const body = joinPayload(outgoing);
      outgoing = [];
      await request({ method: 'POST', body, headers: { 'Content-Type': 'text/plain;charset=UTF-8' } });
    }
    posting = false;
  }

  function fail(error) {
    end(error.message.startsWith('status') ? error.message : 'unreachable');
  }

  poll().catch(fail);
  return {
    send(packet) {
      outgoing.push(packet);
      if (!posting) {
        post().catch(fail);
      }
    },
    close() {
      if (open && address.searchParams.has('sid')) {
        fetch(address, { method: 'POST', body: ENGINE.CLOSE, keepalive: true }).catch(() => {});
      }
      open = false;
      requests.abort();
    },
  };
}
