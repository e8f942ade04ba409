/** A client with a command that is worth being deflated. Runs in Node and in a page. */

const CHANNELS = 100;

export class BigCommand {
  #stay;
  #channels;

  static async open(gateway, client) {
    const big = new BigCommand();
    big.#stay = await client.open(gateway);
    big.#channels = Array.from({ length: CHANNELS }, () => `bench:a-channel-with-a-rather-long-name-${gateway.name()}`);
    return big;
  }

  get extensions() {
    return this.#stay.extensions;
  }

  /** Sends it and waits for the answer. */
  async send() {
    await this.#stay.subscribe(this.#channels);
    const { granted, faults } = this.#stay;
    const missing = this.#channels.filter((channel) => !granted.includes(channel));
    return { leastBytes: JSON.stringify(this.#channels).length, missing, faults };
  }
}
