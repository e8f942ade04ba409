/** What all clients of `/events` have in common: a stream's channels are in its address, and it is opened for all or none. */
import { until } from '../gateway.mjs';
import { Stay } from './stay.mjs';

const ID = /^[^-\s]+-\d+$/;

/** The address that a stream is asked for at. */
export function address(gateway, { channels, token, ...rest }) {
  const url = new URL('/events', gateway.url);
  url.searchParams.set('channels', channels.join(','));
  for (const [name, value] of Object.entries({ token, ...rest })) {
    if (value !== undefined) {
      url.searchParams.set(name, value);
    }
  }
  return url.href;
}

/** One stream; whoever reads it hands over what arrives. */
export class EventStay extends Stay {
  #close;
  /** Where the stream was last complete. */
  lastId = '';

  onClose(close) {
    this.#close = close;
  }

  onEvent({ event, id, data }) {
    if (id) {
      this.lastId = id;
      if (!ID.test(id)) {
        this.faults.push(`'${id}' is no id`);
      }
    }
    if (data === undefined || data === '') {
      return;
    }
    if (event === 'control') {
      this.controls.push(JSON.parse(data));
    } else {
      this.onUpdate(JSON.parse(data));
    }
  }

  /** Waits until these are granted; a user's own are granted by themselves, and said so before. */
  async subscribed(channels) {
    await until(
      () => channels.every((channel) => this.#isGranted(channel)),
      () => JSON.stringify({ want: channels, controls: this.controls }),
    );
    this.granted = channels;
    return this;
  }

  #isGranted(wanted) {
    return this.controls.some(({ op, channels }) => op === 'subscribed' && channels.some(({ channel }) => channel === wanted));
  }

  /** @param {string} code of the answer that was no stream */
  refuse(channels, code) {
    this.refused = channels.map((channel) => ({ channel, code }));
    return this;
  }

  async close() {
    this.#close?.();
  }
}

/** Streams can't be told anything; what is wrong with their address is said by status and code. */
export class EventsClient {
  /** A stream is left by closing it: the gateway forgets it. */
  async unsubscribeByClosing(gateway, stay) {
    const { connections } = await gateway.stats();
    await stay.close();
    await until(
      async () => (await gateway.stats()).connections.sse < connections.sse,
      () => `still ${connections.sse} streams`,
    );
  }

  expectedComplaints = ['bad_channel', 'bad_request'];

  end() {}
}
