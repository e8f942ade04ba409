import net from 'node:net';

/** A line to the gateway that can be cut. */
export class Line {
  #server;
  #pairs = new Set();
  #target;
  #isDead = false;

  /** How many bytes clients have sent. */
  sentBytes = 0;

  constructor(url) {
    this.#target = { host: new URL(url).hostname, port: Number(new URL(url).port) };
    this.#server = net.createServer((client) => this.#join(client));
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  #join(client) {
    client.on('error', () => {});
    if (this.#isDead) {
      client.destroy();
      return;
    }
    const gateway = net.connect(this.#target);
    const pair = { client, gateway };
    this.#pairs.add(pair);
    gateway.on('error', () => {});
    client.on('data', (bytes) => {
      this.sentBytes += bytes.length;
    });
    client.pipe(gateway);
    gateway.pipe(client);
    client.on('close', () => pair.isSilent || gateway.destroy());
    gateway.on('close', () => client.destroy());
  }

  /** Both ends see that it breaks, and nobody gets through until it is mended. */
  break() {
    this.#isDead = true;
    this.#pairs.forEach(({ client, gateway }) => [client, gateway].forEach((end) => end.destroy()));
    this.#pairs.clear();
  }

  /** The same, except that the gateway does not see it. */
  breakSilently() {
    this.#isDead = true;
    for (const pair of this.#pairs) {
      pair.isSilent = true;
      pair.client.unpipe(pair.gateway);
      pair.gateway.unpipe(pair.client);
      pair.gateway.resume();
      pair.client.destroy();
    }
  }

  mend() {
    this.#isDead = false;
  }

  close() {
    this.break();
    this.#server.close();
  }
}
