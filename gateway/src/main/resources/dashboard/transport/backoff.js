/** When to come back after a connection was lost, and whether to. */

/** Upper bound of the first delay, in ms. */
export const FIRST_DELAY_MS = 500;

/** Upper bound of any delay, in ms. */
export const LONGEST_DELAY_MS = 20_000;

/**
 * Exponential backoff with full jitter: evenly spread between 0 and the bound, so that a crowd does not come back at once.
 * @param {number} attempt 0 for the first one after a loss
 * @param {() => number} [random] yields 0 ≤ x < 1
 * @returns {number} whole ms
 */
export function delayMs(attempt, random = Math.random) {
  const boundMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 30));
  return Math.floor(random() * boundMs);
}

/**
 * @param {number} closeCode a WebSocket close code
 * @returns {boolean} false for 44xx: the same request would be refused again
 */
export function mayComeBack(closeCode) {
  return closeCode < 4400 || closeCode > 4499;
}

const FINAL_ERRORS = new Set(['bad_request', 'bad_channel', 'unauthorized', 'forbidden', 'token_expired']);

/**
 * @param {string | undefined} code an error code of the gateway
 * @returns {boolean} true when asking again unchanged is pointless
 */
export function isFinalError(code) {
  return FINAL_ERRORS.has(code);
}
