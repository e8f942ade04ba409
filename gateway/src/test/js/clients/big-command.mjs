/** A client with commands that are worth being deflated. Runs in Node and in a page. */

const CHANNELS = 100;
/** Each a little different, so that a client that keeps its window refers to the ones before. */
const COMMANDS = 5;

export class BigCommand {
  #stay;
  /** Those of each command. */
  #channels;

  static async open(gateway, client) {
    const big = new BigCommand();
    big.#stay = await client.open(gateway);
    big.#channels = Array.from({ length: COMMANDS }, () =>
      Array.from({ length: CHANNELS }, () => `bench:a-channel-with-a-rather-long-name-${gateway.name()}`),
    );
    return big;
  }

  get extensions() {
    return this.#stay.extensions;
  }

  /** Sends them all and a little one, which npm's leave plain, and waits for the answers. */
  async send() {
    const channels = this.#channels.flat();
    await Promise.all(this.#channels.map((ofOne) => this.#stay.subscribe(ofOne)));
    await this.#stay.unsubscribe(channels.slice(-2));
    const { granted, faults } = this.#stay;
    const missing = channels.filter((channel) => !granted.includes(channel));
    return { leastBytes: JSON.stringify(channels).length, missing, faults };
  }
}
