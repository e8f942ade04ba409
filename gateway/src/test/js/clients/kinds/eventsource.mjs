/** A client of `/events` on the EventSource that it is given: npm's `eventsource` or a page's own. */
import { until } from '../gateway.mjs';
import { address, EventStay, EventsClient } from './events.mjs';

/** An EventSource never says why it was refused; whoever wants to know asks again. */
async function whyRefused(url) {
  const answer = await fetch(url);
  return (await answer.json()).code;
}

export class EventSourceClient extends EventsClient {
  #EventSource;

  /** @param {typeof EventSource} EventSource */
  constructor(EventSource) {
    super();
    this.#EventSource = EventSource;
  }

  async open(gateway, { channels, token }) {
    const url = address(gateway, { channels, token });
    const stay = new EventStay();
    const source = new this.#EventSource(url);
    let failed = false;
    const onEvent = ({ type, lastEventId, data }) => stay.onEvent({ event: type, id: lastEventId, data });
    source.onmessage = onEvent;
    source.addEventListener('control', onEvent);
    source.onerror = () => {
      failed = true;
    };
    stay.onClose(() => source.close());
    await until(
      () => failed || source.readyState === 1,
      () => JSON.stringify({ url, controls: stay.controls }),
    );
    if (!failed) {
      return stay.subscribed(channels);
    }
    if (source.readyState !== 2) {
      source.close();
      throw new Error(`${url} failed, but for a while only`);
    }
    return stay.refuse(channels, await whyRefused(url));
  }

  async complaints(gateway) {
    return [
      await whyRefused(address(gateway, { channels: ['price:*'] })),
      await whyRefused(address(gateway, { channels: ['price:A'], interval: 3 })),
    ];
  }
}
