/** What one client of any kind got to see from connecting to closing. */
import { until } from '../gateway.mjs';

export class Stay {
  /** The payloads, in the order of their arrival. */
  updates = [];
  /** The gateway's own messages, likewise. */
  controls = [];
  /** Names of the channels that were granted. */
  granted = [];
  /** `{channel, code}` of those that were not. */
  refused = [];
  /** What the client noticed that the contract does not allow. */
  faults = [];

  #seqs = new Map();

  /** The seqs that a channel's updates came with; empty on transports that have none. */
  seqs(channel) {
    return this.#seqs.get(channel) ?? [];
  }

  /** What arrived of one channel, as the payloads' `n`. */
  numbers(channel) {
    return this.updates.filter((update) => update.channel === channel).map((update) => update.n);
  }

  /**
   * @param {{channel: string, seq?: number, data: object}} update with its envelope, where the transport has one
   */
  onUpdate({ channel, seq, data }) {
    if (data.channel !== channel) {
      this.faults.push(`a payload for ${data.channel} came as one of ${channel}`);
    }
    if (seq !== undefined) {
      const seqs = this.seqs(channel);
      if (seq <= (seqs.at(-1) ?? -1)) {
        this.faults.push(`seq ${seq} of ${channel} came after ${seqs.at(-1)}`);
      }
      this.#seqs.set(channel, [...seqs, seq]);
    }
    this.updates.push(data);
  }

  /** Waits until so many payloads of a channel are there. */
  async received(channel, count) {
    await until(
      () => this.numbers(channel).length >= count,
      () => JSON.stringify({ want: [channel, count], updates: this.updates, controls: this.controls }),
    );
    if (this.faults.length > 0) {
      throw new Error(this.faults.join('; '));
    }
  }

  /** Waits for a message of the gateway's own. */
  control(op) {
    return until(
      () => this.controls.find((message) => message.op === op),
      () => JSON.stringify({ want: op, controls: this.controls }),
    );
  }
}
