/** Updates over Server-Sent Events: the browser's own EventSource reconnects and resumes by itself while it can. */
import { isFinalError } from './backoff.js';
import { Link } from './link.js';

const FINAL_STATUSES = new Set([400, 401, 403, 404]);

/**
 * Connects, and comes back after losses, until closed or refused for good.
 * @param {import('./websocket.js').ConnectOptions} options
 * @returns {{close: () => void}}
 */
export function connect({ url, channels, token, onState, onUpdate, onControl }) {
  let source = null;
  let lastEventId = '';
  let retryMs;
  const link = new Link({ open, abandon, onState });

  function address() {
    const events = new URL('events', url);
    events.searchParams.set('channels', channels.join(','));
    events.searchParams.set('heartbeat', 'message');
    if (token !== undefined) {
      events.searchParams.set('token', token);
    }
    if (lastEventId !== '') {
      events.searchParams.set('lastEventId', lastEventId);
    }
    return events;
  }

  function open() {
    retryMs = undefined;
    source = new EventSource(address());
    source.onopen = () => {
      link.watch();
      link.live();
    };
    source.onmessage = (event) => {
      hear(event);
      onUpdate(JSON.parse(event.data));
    };
    source.addEventListener('control', (event) => {
      hear(event);
      onOp(JSON.parse(event.data));
    });
    source.onerror = onLoss;
  }

  function abandon() {
    source?.close();
    source = null;
  }

  function hear(event) {
    link.heard();
    if (event.lastEventId !== '') {
      ({ lastEventId } = event);
    }
  }

  function onOp(message) {
    onControl(message);
    if (message.op === 'welcome') {
      link.watch(message.heartbeat);
    } else if (message.op === 'goaway') {
      retryMs = message.retry;
    } else if (message.op === 'error' && isFinalError(message.code)) {
      link.stop(message.code);
    }
  }

  function onLoss() {
    if (source.readyState === EventSource.CONNECTING && retryMs === undefined) {
      link.comingBack('stream ended');
    } else if (source.readyState === EventSource.CONNECTING) {
      link.lost('drain', retryMs);
    } else {
      abandon();
      askWhy();
    }
  }

  /** An EventSource hides the status that ended it, so the same request is made once more to read it. */
  async function askWhy() {
    const reading = new AbortController();
    try {
      const answer = await fetch(address(), { headers: { Accept: 'text/event-stream' }, signal: reading.signal });
      if (FINAL_STATUSES.has(answer.status)) {
        const error = await answer.json().catch(() => ({ code: `status ${answer.status}` }));
        onControl({ op: 'error', ...error });
        link.stop(error.code);
      } else {
        link.lost(`status ${answer.status}`);
      }
    } catch {
      link.lost('unreachable');
    } finally {
      reading.abort();
    }
  }

  link.start();
  return { close: () => link.stop('closed') };
}
