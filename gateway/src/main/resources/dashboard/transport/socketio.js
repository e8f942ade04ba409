/** Updates over Socket.IO 5 on Engine.IO 4: a small client of our own, on either of two carriers. */
import { isFinalError } from './backoff.js';
import { Link } from './link.js';
import { ENGINE, SOCKET, connectPacket, eventPacket, parsePacket } from './packets.js';
import { Positions } from './positions.js';

const SUBSCRIBE_ACK = 1;

/**
 * Makes the `connect` of one carrier.
 * @param {typeof import('./engineio.js').websocketCarrier} carrierOf
 * @returns {(options: import('./websocket.js').ConnectOptions) => {close: () => void}}
 */
export function connectOver(carrierOf) {
  return (options) => new SocketIo(carrierOf, options);
}

class SocketIo {
  #carrierOf;
  #options;
  #positions = new Positions();
  #carrier = null;
  #retryMs;
  #link = new Link({
    open: () => this.#open(),
    abandon: () => this.#abandon(),
    onState: (state) => this.#options.onState(state),
  });

  constructor(carrierOf, options) {
    this.#carrierOf = carrierOf;
    this.#options = options;
    this.#link.start();
  }

  close() {
    this.#link.stop('closed');
  }

  #open() {
    this.#retryMs = undefined;
    this.#carrier = this.#carrierOf(this.#options.url, {
      onPacket: (packet) => this.#onEnginePacket(packet),
      onEnd: (reason) => this.#link.lost(reason, this.#retryMs),
    });
  }

  #abandon() {
    this.#carrier?.close();
    this.#carrier = null;
  }

  #onEnginePacket(packet) {
    this.#link.heard();
    switch (packet[0]) {
      case ENGINE.OPEN: {
        const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1));
        this.#link.watch((pingInterval + pingTimeout) / 2);
        this.#carrier.send(connectPacket({ token: this.#options.token, meta: true }));
        break;
      }
      case ENGINE.PING:
        this.#carrier.send(ENGINE.PONG);
        break;
      case ENGINE.MESSAGE:
        this.#onPacket(parsePacket(packet.slice(1)));
        break;
      case ENGINE.CLOSE:
        this.#link.lost('closed', this.#retryMs);
        break;
      default:
    }
  }

  #onPacket({ type, ackId, value }) {
    switch (type) {
      case SOCKET.CONNECT:
        this.#subscribe();
        break;
      case SOCKET.CONNECT_ERROR:
        this.#onError(value?.data?.code ?? value?.message, value?.message);
        break;
      case SOCKET.DISCONNECT:
        this.#link.stop('disconnected');
        break;
      case SOCKET.EVENT:
        this.#onEvent(value[0], value[1], value[2]);
        break;
      case SOCKET.ACK:
        if (ackId === SUBSCRIBE_ACK) {
          this.#onSubscribed(value[0]);
        }
        break;
      default:
    }
  }

  #subscribe() {
    const { channels } = this.#options;
    const request = { channels, resume: this.#positions.resume(channels) };
    this.#carrier.send(eventPacket('subscribe', request, SUBSCRIBE_ACK));
  }

  #onSubscribed(answer) {
    if (!answer.ok) {
      this.#onError(answer.code, answer.message);
      return;
    }
    this.#positions.onSubscribed(answer);
    this.#options.onControl({ op: 'subscribed', ...answer });
    this.#link.live();
  }

  #onEvent(name, first, meta) {
    if (name === 'connected') {
      this.#options.onControl({ op: 'welcome', ...first });
    } else if (name === 'control') {
      this.#onControl(first);
    } else if (meta?.channel !== undefined) {
      const update = { ...meta, data: first };
      this.#positions.onUpdate(update);
      this.#options.onUpdate(update);
    }
  }

  #onControl(message) {
    if (message.op === 'gap') {
      this.#positions.onGap(message);
    } else if (message.op === 'goaway') {
      this.#retryMs = message.retry;
    }
    this.#options.onControl(message);
  }

  #onError(code, message) {
    this.#options.onControl({ op: 'error', code, message });
    if (isFinalError(code)) {
      this.#link.stop(code);
    } else {
      this.#link.lost(code ?? 'refused');
    }
  }
}
