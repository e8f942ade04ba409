/** Where each channel was left, so that a reconnect can go on from there. */
export class Positions {
  #epochs = new Map();
  #seqs = new Map();

  /**
   * @param {{channels?: {channel: string, epoch?: string, seq?: number}[]}} answer a `subscribed` message or its like
   */
  onSubscribed(answer) {
    for (const { channel, epoch, seq } of answer.channels ?? []) {
      if (epoch !== undefined) {
        this.#epochs.set(channel, epoch);
        this.#seqs.set(channel, seq);
      }
    }
  }

  /** @param {{channel: string, epoch?: string, seq?: number}} update the newest of its channel */
  onUpdate({ channel, epoch, seq }) {
    if (epoch !== undefined) {
      this.#epochs.set(channel, epoch);
    }
    if (seq !== undefined) {
      this.#seqs.set(channel, seq);
    }
  }

  /** @param {{channel: string, to?: number}} gap what it covers will not come, so the position is behind it */
  onGap({ channel, to }) {
    if (to !== undefined) {
      this.#seqs.set(channel, to);
    }
  }

  /**
   * @param {string[]} channels what is about to be subscribed
   * @returns {Record<string, string> | undefined} channel to position, undefined when none is known
   */
  resume(channels) {
    const known = channels.filter((channel) => this.#epochs.has(channel) && Number.isFinite(this.#seqs.get(channel)));
    if (known.length === 0) {
      return undefined;
    }
    return Object.fromEntries(known.map((channel) => [channel, `${this.#epochs.get(channel)}-${this.#seqs.get(channel)}`]));
  }
}
