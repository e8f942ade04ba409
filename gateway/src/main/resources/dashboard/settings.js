/** What to connect to: from the page's own address first, then from the gateway. */

const TRANSPORT_NAMES = ['websocket', 'sse', 'socketio-websocket', 'socketio-polling'];
const THEMES = ['auto', 'dark', 'light'];

/** The gateway's limit for one subscribe command. */
export const MAX_CHANNELS = 256;

/**
 * What the page can be told.
 * @typedef {object} Settings
 * @property {string} transport one of the names in `transport/index.js`
 * @property {string} theme `auto`, `dark` or `light`
 * @property {string[]} channels
 * @property {string} [token]
 * @property {string} [user]
 * @property {string} [node]
 */

/**
 * @param {string} text channel names between commas or white space
 * @returns {string[]} without repetitions, at most {@link MAX_CHANNELS}
 */
export function parseChannels(text) {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))].slice(0, MAX_CHANNELS);
}

function oneOf(choices, wanted) {
  return choices.includes(wanted) ? wanted : choices[0];
}

/**
 * @param {URL} address the page's own: `?channels=`, `?token=` and `#transport=…&theme=…&token=…`
 * @returns {{transport: string, theme: string, channels?: string[], token?: string}}
 */
export function fromAddress(address) {
  const hash = new URLSearchParams(address.hash.slice(1));
  const channels = parseChannels(address.searchParams.get('channels') ?? '');
  return {
    transport: oneOf(TRANSPORT_NAMES, hash.get('transport')),
    theme: oneOf(THEMES, hash.get('theme')),
    channels: channels.length > 0 ? channels : undefined,
    token: hash.get('token') ?? address.searchParams.get('token') ?? undefined,
  };
}

/**
 * The address that says the same, with the token in the hash only: what stands there is never sent to a server.
 * @param {URL} address the page's own; left as it is
 * @param {Record<string, string>} choices for the hash; a preset choice leaves it
 * @returns {URL}
 */
export function withChoices(address, choices) {
  const result = new URL(address);
  const hash = new URLSearchParams(result.hash.slice(1));
  const token = result.searchParams.get('token');
  if (token !== null) {
    result.searchParams.delete('token');
    hash.set('token', token);
  }
  for (const [name, value] of Object.entries(choices)) {
    if (value === TRANSPORT_NAMES[0] || value === THEMES[0]) {
      hash.delete(name);
    } else {
      hash.set(name, value);
    }
  }
  result.hash = hash.toString();
  return result;
}

/**
 * Puts together what the address says and what the gateway offers.
 * @param {ReturnType<typeof fromAddress>} address wins where both speak
 * @param {{channels?: string[], token?: string, user?: string, node?: string}} offer of `GET /api/dashboard`
 * @returns {Settings}
 */
export function settle(address, offer) {
  const token = address.token ?? offer.token;
  const user = token === offer.token ? offer.user : undefined;
  const channels = address.channels ?? [...(offer.channels ?? [])];
  const orders = `order:${user}`;
  if (user !== undefined && token !== undefined && address.channels === undefined && !channels.includes(orders)) {
    channels.push(orders);
  }
  return { ...address, token, user, channels: channels.slice(0, MAX_CHANNELS), node: offer.node };
}

/**
 * Asks the gateway what this page may use.
 * @param {URL} url where the gateway is, with a trailing slash
 * @returns {Promise<object>} empty when it offers nothing or cannot be reached
 */
export async function askGateway(url) {
  try {
    const answer = await fetch(new URL('api/dashboard', url), { headers: { Accept: 'application/json' } });
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}
