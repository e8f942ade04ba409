/** The gateway under test as its publishers and operators see it. Runs in Node and in a page. */

// Longer than the gateway keeps a polling client that has vanished between two requests.
const DEADLINE_MS = 60_000;
const LOOK_AGAIN_MS = 5;

const encoder = new TextEncoder();
let named = 0;

/**
 * Waits until something is true. The deadline only ends a wait that would never end.
 * @template T
 * @param {() => T | Promise<T>} probe
 * @param {() => string} state what is the case instead, for the failure's message
 * @returns {Promise<T>} the first answer of the probe that is true
 */
export async function until(probe, state) {
  const endMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await probe();
    if (answer) {
      return answer;
    }
    if (Date.now() > endMs) {
      throw new Error(`waited in vain for ${probe}: ${state()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export class Gateway {
  #apiKey;
  #jwtSecret;
  #run;

  /**
   * @param {object} access
   * @param {string} access.url where it listens, without a trailing slash
   * @param {string} access.apiKey may publish
   * @param {string} access.jwtSecret signs HS256 tokens
   * @param {string} access.run distinguishes the channels of this run from those of others
   */
  constructor({ url, apiKey, jwtSecret, run }) {
    this.url = url;
    this.#apiKey = apiKey;
    this.#jwtSecret = jwtSecret;
    this.#run = run;
  }

  /** A name that nobody has used yet. */
  name() {
    return `${this.#run}-${++named}`;
  }

  /**
   * @param {string} user
   * @param {string[]} [channels] patterns the user may read besides
   * @param {number} [seconds] that it lasts
   */
  async token(user, channels = [], seconds = 600) {
    const header = base64Url(encoder.encode(JSON.stringify({ alg: 'HS256', typ: 'JWT' })));
    const claims = { sub: user, channels, exp: Math.floor(Date.now() / 1000) + seconds };
    const signed = `${header}.${base64Url(encoder.encode(JSON.stringify(claims)))}`;
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', encoder.encode(this.#jwtSecret), algorithm, false, ['sign']);
    const signature = await crypto.subtle.sign('HMAC', key, encoder.encode(signed));
    return `${signed}.${base64Url(new Uint8Array(signature))}`;
  }

  /**
   * Publishes in this order, and returns once all of it was accepted.
   * @param {...{channel: string, n: number}} payloads each names the channel that it goes to
   */
  async publish(...payloads) {
    const answer = await fetch(`${this.url}/api/publish`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${this.#apiKey}` },
      body: JSON.stringify({ messages: payloads.map((data) => ({ channel: data.channel, data })) }),
    });
    const text = await answer.text();
    if (!answer.ok || JSON.parse(text).published !== payloads.length) {
      throw new Error(`publishing was answered ${answer.status} ${text}`);
    }
  }

  /** Waits until the gateway itself has a channel's value. */
  async knows({ channel, n }) {
    let last = 'nothing';
    await until(async () => {
      const answer = await fetch(`${this.url}/channels/${encodeURIComponent(channel)}`);
      last = `${answer.status} ${await answer.text()}`;
      return answer.ok && JSON.parse(last.slice(4)).data.n === n;
    }, () => last);
  }

  /** @returns {Promise<object>} as `/api/stats` has it */
  async stats() {
    const answer = await fetch(`${this.url}/api/stats`);
    return answer.json();
  }
}
