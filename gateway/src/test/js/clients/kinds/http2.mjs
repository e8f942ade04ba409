/** A client of `/events` on Node's own HTTP/2: all of its streams share one connection. */
import { connect, constants } from 'node:http2';
import { createParser } from 'eventsource-parser';
import { address, EventStay, EventsClient } from './events.mjs';

export class Http2Client extends EventsClient {
  #session;

  #request(url) {
    const { origin, pathname, search } = new URL(url);
    this.#session ??= connect(origin);
    const stream = this.#session.request({ ':path': pathname + search, accept: 'text/event-stream' });
    stream.setEncoding('utf8');
    const status = new Promise((resolve, reject) => {
      stream.once('response', (headers) => resolve(headers[':status']));
      stream.once('error', reject);
    });
    return { stream, status };
  }

  async open(gateway, { channels, token }) {
    const { stream, status } = this.#request(address(gateway, { channels, token }));
    const stay = new EventStay();
    if ((await status) !== 200) {
      return stay.refuse(channels, await codeOf(stream));
    }
    const parser = createParser({ onEvent: (event) => stay.onEvent(event) });
    stream.on('data', (text) => parser.feed(text));
    stream.on('error', (error) => stay.faults.push(String(error)));
    stay.onClose(() => stream.close(constants.NGHTTP2_CANCEL));
    return stay.subscribed(channels);
  }

  async complaints(gateway) {
    const codes = [];
    for (const wrong of [{ channels: ['price:*'] }, { channels: ['price:A'], interval: 3 }]) {
      const { stream, status } = this.#request(address(gateway, wrong));
      await status;
      codes.push(await codeOf(stream));
    }
    return codes;
  }

  end() {
    this.#session?.destroy();
  }
}

async function codeOf(stream) {
  let text = '';
  for await (const part of stream) {
    text += part;
  }
  return JSON.parse(text).code;
}
