/** Numbers and times as text; always the same width where they stand in columns. */

const priceFormats = new Map();
const counts = new Intl.NumberFormat('en-US');
const compact = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const times = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** Stands where there is no value. */
export const NOTHING = '–';

/**
 * @param {number} value
 * @param {number} decimals digits after the point
 * @returns {string} with thousands separators, a dash when it is no number
 */
export function price(value, decimals) {
  if (!Number.isFinite(value)) {
    return NOTHING;
  }
  let format = priceFormats.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    priceFormats.set(decimals, format);
  }
  return format.format(value);
}

/**
 * @param {number} value
 * @param {(magnitude: number) => string} format
 * @returns {string} with a plus or a real minus sign before it; zero has none
 */
export function signed(value, format) {
  if (!Number.isFinite(value)) {
    return NOTHING;
  }
  const magnitude = format(Math.abs(value));
  if (!/[1-9]/.test(magnitude)) {
    return magnitude;
  }
  return `${value > 0 ? '+' : '−'}${magnitude}`;
}

/** @param {number} value @returns {string} a whole number with thousands separators */
export function count(value) {
  return Number.isFinite(value) ? counts.format(value) : NOTHING;
}

/** @param {number} value @returns {string} such as 1.23M */
export function volume(value) {
  return Number.isFinite(value) ? compact.format(value) : NOTHING;
}

/** @param {*} value @returns {string} a quantity as it was sent */
export function quantity(value) {
  return Number.isFinite(value) ? String(value) : NOTHING;
}

/** @param {number} ms since 1970 @returns {string} local time with milliseconds */
export function time(ms) {
  return times.format(ms);
}

/** @param {number} ms since 1970 @returns {string} local time to the second */
export function seconds(ms) {
  return time(ms).slice(0, 8);
}

/** @param {number} ageMs @returns {string} in the largest fitting unit */
export function age(ageMs) {
  if (ageMs < 1000) {
    return '<1 s';
  }
  if (ageMs < 60_000) {
    return `${Math.floor(ageMs / 1000)} s`;
  }
  return ageMs < 3_600_000 ? `${Math.floor(ageMs / 60_000)} m` : `${Math.floor(ageMs / 3_600_000)} h`;
}

/** @param {number} ms @returns {string} a latency, such as 12 ms or 1.5 s */
export function latency(ms) {
  if (!Number.isFinite(ms)) {
    return NOTHING;
  }
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
