/**
 * Latency histograms in whole milliseconds, of a fixed size whatever they are fed.
 *
 * Buckets are log-linear: exact up to 31 ms, then 16 per octave, so a reported percentile is at most 6.25 % too high.
 */

const SUB_BUCKETS = 16;
const SUB_BITS = 4;
const TOP_OCTAVE = 21;

/** Largest value that is told apart, in ms (about 70 minutes); larger ones are counted as this. */
export const HIGHEST_MS = 2 ** (TOP_OCTAVE + 1) - 1;

const BUCKETS = SUB_BUCKETS * (TOP_OCTAVE - SUB_BITS + 2);

/** Lower edges in ms of the bars a chart draws: two per octave, the last one open to the right. */
export const BAR_EDGES_MS = barEdges();

function barEdges() {
  const edges = [0, 1];
  for (let octave = 2; octave <= 2 ** 16; octave *= 2) {
    edges.push(octave, octave * 1.5);
  }
  return Object.freeze(edges);
}

function bucketOf(valueMs) {
  if (valueMs < SUB_BUCKETS) {
    return valueMs;
  }
  const octave = 31 - Math.clz32(valueMs);
  const shift = octave - SUB_BITS;
  return SUB_BUCKETS * shift + (valueMs >> shift);
}

function lowestOf(bucket) {
  if (bucket < 2 * SUB_BUCKETS) {
    return bucket;
  }
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
  return (bucket - shift * SUB_BUCKETS) * 2 ** shift;
}

const BAR_OF_BUCKET = Uint8Array.from({ length: BUCKETS }, (_, bucket) => {
  const lowestMs = lowestOf(bucket);
  let bar = BAR_EDGES_MS.length - 1;
  while (BAR_EDGES_MS[bar] > lowestMs) {
    bar--;
  }
  return bar;
});

/** Counts of values from 0 to {@link HIGHEST_MS} ms. */
export class Histogram {
  #counts = new Float64Array(BUCKETS);

  /** How many values were recorded. */
  count = 0;

  /** The largest value recorded in ms, exact; 0 when there is none. */
  maxMs = 0;

  /**
   * Records one value; negative ones count as 0, what is above the range as its end.
   * @param {number} valueMs a latency in ms
   */
  record(valueMs) {
    const clampedMs = Math.min(Math.max(Math.floor(valueMs), 0), HIGHEST_MS);
    this.#counts[bucketOf(clampedMs)]++;
    this.count++;
    if (clampedMs > this.maxMs) {
      this.maxMs = clampedMs;
    }
  }

  /** Forgets everything. */
  reset() {
    this.#counts.fill(0);
    this.count = 0;
    this.maxMs = 0;
  }

  /**
   * Adds what another histogram has counted.
   * @param {Histogram} other left as it is
   */
  add(other) {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket] += other.#counts[bucket];
    }
    this.count += other.count;
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }

  /**
   * The value that a share of all recorded values do not exceed: the upper end of its bucket, never above the maximum.
   * @param {number} share 0 to 1, for example 0.99
   * @returns {number} ms, NaN when nothing was recorded
   */
  percentileMs(share) {
    if (this.count === 0) {
      return NaN;
    }
    const wanted = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket];
      if (seen >= wanted) {
        return Math.min(lowestOf(bucket + 1) - 1, this.maxMs);
      }
    }
    return this.maxMs;
  }

  /**
   * Writes the counts per bar.
   * @param {Float64Array} bars as long as {@link BAR_EDGES_MS}; overwritten
   * @returns {number} the highest count
   */
  fillBars(bars) {
    bars.fill(0);
    let highest = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const bar = BAR_OF_BUCKET[bucket];
      bars[bar] += this.#counts[bucket];
      highest = Math.max(highest, bars[bar]);
    }
    return highest;
  }
}

/** The latencies of the last so many milliseconds, forgotten slot by slot. */
export class RecentHistogram {
  #slots;
  #slotNumbers;
  #slotMs;

  /**
   * @param {number} windowMs how far back it looks
   * @param {number} slotCount in how many steps it forgets
   */
  constructor(windowMs, slotCount) {
    this.#slots = Array.from({ length: slotCount }, () => new Histogram());
    this.#slotNumbers = new Float64Array(slotCount).fill(-1);
    this.#slotMs = windowMs / slotCount;
  }

  /**
   * @param {number} valueMs a latency in ms
   * @param {number} nowMs the time it is recorded at, never falling by more than the window
   */
  record(valueMs, nowMs) {
    const number = Math.floor(nowMs / this.#slotMs);
    const index = number % this.#slots.length;
    if (this.#slotNumbers[index] !== number) {
      this.#slotNumbers[index] = number;
      this.#slots[index].reset();
    }
    this.#slots[index].record(valueMs);
  }

  /**
   * Adds up what is still inside the window.
   * @param {Histogram} sum overwritten
   * @param {number} nowMs the time to look back from
   */
  mergeInto(sum, nowMs) {
    sum.reset();
    const oldest = Math.floor(nowMs / this.#slotMs) - this.#slots.length + 1;
    for (let index = 0; index < this.#slots.length; index++) {
      if (this.#slotNumbers[index] >= oldest) {
        sum.add(this.#slots[index]);
      }
    }
  }
}
