/** Reports each test of `node --test` as a line of JSON. */
export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:pass') {
      yield `${JSON.stringify({ test: data.name })}\n`;
    } else if (type === 'test:fail') {
      const { error } = data.details;
      yield `${JSON.stringify({ test: data.name, error: String(error.cause?.stack ?? error) })}\n`;
    }
  }
}
