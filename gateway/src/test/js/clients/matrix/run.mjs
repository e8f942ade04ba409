/** Runs cells at once, and reports them in order. Runs in Node and in a page. */

const DEADLINE_MS = 60_000;

/** Fails what never ends. */
export async function inTime(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('what it waits for did not come')), DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A cell's result. */
export async function resultOf(test, body) {
  try {
    await inTime(body());
    return { test };
  } catch (error) {
    return { test, error: String(error?.stack ?? error) };
  }
}

/**
 * All the cells of a client on a way, at once.
 * @param {string} title of both
 * @param {{end: () => void}} client
 * @param {Record<string, (client: object, server: T) => Promise<void>>} cells
 * @param {T} server what cells are told about it
 * @template T
 */
export async function resultsOf(title, client, cells, server) {
  const results = await Promise.all(
    Object.entries(cells).map(([name, cell]) => resultOf(`${title}: ${name}`, () => cell(client, server))),
  );
  client.end();
  return results;
}
