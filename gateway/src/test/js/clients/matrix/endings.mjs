/** How connections end that the client did not end, on lines that can be cut. Node only. */
import { Line } from '../line.mjs';
import { same } from './samples.mjs';

/** Which of the two a client names depends on how its connection broke; after both it comes back by itself. */
const BROKEN = ['transport close', 'transport error'];
const AT_ONCE = { reconnection: true, reconnectionDelay: 5, reconnectionDelayMax: 20 };

/** Before these the server still runs. */
export const CUT_CELLS = {
  async 'comes back after a cut'(client, url) {
    const line = new Line(url);
    try {
      const visit = await client.open(await line.open(), undefined, AT_ONCE);
      line.break();
      const [reason] = await visit.next('disconnect');
      same(BROKEN.includes(reason), true, `reason ${reason}`);
      line.mend();
      await visit.next('connect');
      same(await client.echo(visit, 'back'), ['back'], 'echoed');
    } finally {
      line.close();
    }
  },
};

/**
 * Opens one, to be told later how it ended.
 * @param {'disconnect' | 'close'} event that tells
 * @returns {Promise<() => Promise<void>>} waits for the end, and checks it
 */
export async function awaitingTheEnd(client, url, event) {
  const visit = await client.open(url);
  return async () => {
    const [reason] = await visit.next(event);
    same(BROKEN.includes(reason), true, `reason ${reason}`);
  };
}
