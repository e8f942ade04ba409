/** A client without streaming: it asks `/events` for JSON again and again, each time after the id of the answer before. */
import { until } from '../gateway.mjs';
import { address, EventsClient } from './events.mjs';
import { Stay } from './stay.mjs';

const WAIT_MS = 20_000;

class PolledStay extends Stay {
  #ended = new AbortController();
  #ask;

  /** @param {(after: object, signal: AbortSignal) => Promise<Response>} ask */
  constructor(ask) {
    super();
    this.#ask = ask;
  }

  /** Asks once for what there is, which tells whether it may ask at all, and goes on from there. */
  async begin(channels) {
    const answer = await this.#ask({}, this.#ended.signal);
    if (!answer.ok) {
      const { code } = await answer.json();
      this.refused = channels.map((channel) => ({ channel, code }));
      return this;
    }
    this.granted = channels;
    this.#goOn(await this.#take(answer));
    return this;
  }

  async #goOn(id) {
    let lastEventId = id;
    while (!this.#ended.signal.aborted) {
      try {
        lastEventId = await this.#take(await this.#ask({ lastEventId, wait: WAIT_MS }, this.#ended.signal));
      } catch (error) {
        if (!this.#ended.signal.aborted) {
          this.faults.push(String(error));
          return;
        }
      }
    }
  }

  async #take(answer) {
    const { id, messages } = await answer.json();
    for (const message of messages) {
      if (message.op === undefined) {
        this.onUpdate(message);
      } else {
        this.controls.push(message);
      }
    }
    return id;
  }

  async close() {
    this.#ended.abort();
  }
}

export class LongPollClient extends EventsClient {
  async open(gateway, { channels, token }) {
    const ask = (after, signal) =>
      fetch(address(gateway, { channels, token, ...after }), { headers: { Accept: 'application/json' }, signal });
    return new PolledStay(ask).begin(channels);
  }

  /** Whoever asks no more has left: nothing is kept of it. */
  async unsubscribeByClosing(gateway, stay) {
    const held = async () => (await gateway.stats()).connections.longpoll;
    await until(async () => (await held()) === 1, () => 'no poll is held');
    await stay.close();
    await until(async () => (await held()) === 0, () => 'the poll is still held');
  }

  async complaints(gateway) {
    const code = async (asked) => {
      const answer = await fetch(address(gateway, asked), { headers: { Accept: 'application/json' } });
      return (await answer.json()).code;
    };
    return [
      await code({ channels: ['price:*'] }),
      await code({ channels: ['price:A'], interval: 3 }),
    ];
  }
}
