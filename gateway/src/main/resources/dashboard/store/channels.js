/** What arrived on each channel, and what did not: seq, snapshots, conflated values, gaps. */
import { Ring } from './ring.js';

/** One channel's counters: fields are read by the views, written only here. */
export class ChannelCounters {
  channel;
  seq = NaN;
  updates = 0;
  snapshots = 0;
  /** Seqs that were jumped over without a gap: conflated by a channel of mode `latest`. */
  skipped = 0;
  gaps = 0;
  /** Seqs that gaps have announced as lost. */
  missed = 0;
  lastGapMs = 0;
  /** Why the channel is not served, as the gateway's error code; null while it is. */
  refused = null;
  promisedSnapshotSeq = NaN;

  /** @param {string} channel its name */
  constructor(channel) {
    this.channel = channel;
  }
}

/** The counters of all channels, and the newest gaps. */
export class Channels {
  #byName = new Map();
  #maxChannels;

  /** Newest gaps: `{timeMs, channel, from, to, reason}`. */
  gaps;
  gapCount = 0;
  snapshotCount = 0;

  /**
   * @param {number} maxChannels further channels are not counted
   * @param {number} maxGaps how many gaps are kept
   */
  constructor(maxChannels, maxGaps) {
    this.#maxChannels = maxChannels;
    this.gaps = new Ring(maxGaps);
  }

  /** @returns {Iterable<ChannelCounters>} in the order in which they became known */
  all() {
    return this.#byName.values();
  }

  /**
   * @param {string} channel its name
   * @returns {ChannelCounters | undefined} undefined when it is new and there are too many already
   */
  of(channel) {
    let counters = this.#byName.get(channel);
    if (counters === undefined && this.#byName.size < this.#maxChannels) {
      counters = new ChannelCounters(channel);
      this.#byName.set(channel, counters);
    }
    return counters;
  }

  /** A new connection: seqs start anew, and no jump may be concluded from the old ones. */
  restart() {
    for (const counters of this.#byName.values()) {
      counters.seq = NaN;
      counters.promisedSnapshotSeq = NaN;
    }
  }

  /**
   * Counts an update.
   * @param {{channel: string, seq?: number, snapshot?: boolean}} update
   * @returns {boolean} whether it is a snapshot: said so itself, or promised at this seq when subscribing
   */
  onUpdate(update) {
    const counters = this.of(update.channel);
    if (counters === undefined) {
      return update.snapshot === true;
    }
    const { seq } = update;
    const snapshot = update.snapshot === true || seq === counters.promisedSnapshotSeq;
    counters.updates++;
    if (snapshot) {
      counters.snapshots++;
      this.snapshotCount++;
      counters.promisedSnapshotSeq = NaN;
    } else if (seq > counters.seq + 1) {
      counters.skipped += seq - counters.seq - 1;
    }
    if (Number.isFinite(seq)) {
      counters.seq = seq;
    }
    return snapshot;
  }

  /**
   * Takes over where each channel starts, and which are refused.
   * @param {{channels?: object[], refused?: object[]}} answer a `subscribed` message or its like
   */
  onSubscribed(answer) {
    for (const granted of answer.channels ?? []) {
      const counters = this.of(granted.channel);
      if (counters !== undefined) {
        counters.refused = null;
        counters.seq = Number.isFinite(granted.seq) ? granted.seq : NaN;
        counters.promisedSnapshotSeq = granted.snapshot === true ? counters.seq : NaN;
      }
    }
    for (const refusal of answer.refused ?? []) {
      const counters = this.of(refusal.channel);
      if (counters !== undefined) {
        counters.refused = refusal.code ?? 'refused';
      }
    }
  }

  /**
   * @param {{channel: string, from?: number, to?: number, reason?: string}} gap
   * @param {number} nowMs when it was received
   */
  onGap(gap, nowMs) {
    this.gapCount++;
    this.gaps.push({ timeMs: nowMs, channel: gap.channel, from: gap.from, to: gap.to, reason: gap.reason ?? 'unknown' });
    const counters = this.of(gap.channel);
    if (counters === undefined) {
      return;
    }
    counters.gaps++;
    counters.lastGapMs = nowMs;
    if (Number.isFinite(gap.from) && Number.isFinite(gap.to)) {
      counters.missed += Math.max(0, gap.to - gap.from + 1);
      counters.seq = gap.to;
    } else {
      counters.seq = NaN;
    }
  }
}
