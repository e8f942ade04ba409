/** What every client of every kind must see, by the names of `scenarios.txt`. Runs in Node and in a page. */

const ORDERED = 300;

function equal(actual, expected, what) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)} but got ${JSON.stringify(actual)}`);
  }
}

function range(from, to) {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Each closes what it opened, unless it fails. */
export const SCENARIOS = {
  async 'snapshot-then-live'(gateway, client) {
    const channel = `price:${gateway.name()}`;
    await gateway.publish({ channel, n: 1 });
    await gateway.knows({ channel, n: 1 });
    const stay = await client.open(gateway, { channels: [channel] });
    await stay.received(channel, 1);
    for (const n of range(2, 4)) {
      await gateway.publish({ channel, n });
      await stay.received(channel, n);
    }
    equal(stay.numbers(channel), [1, 2, 3, 4], 'the snapshot, then what came after');
    await stay.close();
  },

  async 'several-channels'(gateway, client) {
    const channels = [`price:${gateway.name()}`, `price:${gateway.name()}`, `bench:${gateway.name()}`];
    const stay = await client.open(gateway, { channels });
    equal([...stay.granted].sort(), [...channels].sort(), 'granted');
    await gateway.publish(...channels.map((channel, index) => ({ channel, n: index })));
    for (const [index, channel] of channels.entries()) {
      await stay.received(channel, 1);
      equal(stay.numbers(channel), [index], channel);
    }
    await stay.close();
  },

  async 'two-clients-same-updates-in-order'(gateway, client) {
    const channel = `bench:${gateway.name()}`;
    const stays = [await client.open(gateway, { channels: [channel] }), await client.open(gateway, { channels: [channel] })];
    for (let n = 1; n <= ORDERED; n += 20) {
      await gateway.publish(...range(n, n + 19).map((each) => ({ channel, n: each })));
    }
    for (const stay of stays) {
      await stay.received(channel, ORDERED);
      equal(stay.numbers(channel), range(1, ORDERED), 'every update once, in order');
    }
    equal(stays[0].seqs(channel), stays[1].seqs(channel), 'the seqs of both');
    for (const stay of stays) {
      await stay.close();
    }
  },

  async 'refused-channel'(gateway, client) {
    const channel = `nobody-configured-this:${gateway.name()}`;
    for (const [wrong, code] of [[channel, 'forbidden'], ['price:*', 'bad_channel']]) {
      const stay = await client.open(gateway, { channels: [wrong] });
      equal(stay.granted, [], 'granted');
      equal(stay.refused.map((each) => [each.channel, each.code]), [[wrong, code]], 'refused');
      await stay.close();
    }
  },

  async 'private-channel-with-token'(gateway, client) {
    const name = gateway.name();
    const channels = [`order:${name}`, `log:${name}`];
    const stay = await client.open(gateway, { channels, token: await gateway.token(name, ['log:*']) });
    equal([...stay.granted].sort(), [...channels].sort(), 'granted');
    await gateway.publish(...channels.map((channel) => ({ channel, n: 1 })));
    for (const channel of channels) {
      await stay.received(channel, 1);
    }
    await stay.close();
  },

  async 'private-channel-without-token'(gateway, client) {
    const name = gateway.name();
    const anonymous = await client.open(gateway, { channels: [`order:${name}`] });
    equal([anonymous.granted, anonymous.refused.map(({ code }) => code)], [[], ['unauthorized']], 'without a token');
    await anonymous.close();
    const stranger = await client.open(gateway, { channels: [`order:${name}`], token: await gateway.token(`${name}-2`) });
    equal([stranger.granted, stranger.refused.map(({ code }) => code)], [[], ['forbidden']], 'with another user’s token');
    await stranger.close();
  },

  async 'user-room'(gateway, client) {
    const user = gateway.name();
    const price = `price:${gateway.name()}`;
    const stay = await client.open(gateway, { channels: [price], token: await gateway.token(user) });
    const other = await client.open(gateway, { channels: [price], token: await gateway.token(gateway.name()) });
    await gateway.publish({ channel: `user:${user}`, n: 1 }, { channel: `order:${user}`, n: 2 }, { channel: price, n: 3 });
    for (const channel of [`user:${user}`, `order:${user}`, price]) {
      await stay.received(channel, 1);
    }
    await other.received(price, 1);
    equal(other.updates.map(({ n }) => n), [3], 'what the other user got');
    await stay.close();
    await other.close();
  },

  async 'unsubscribe-stops'(gateway, client) {
    const left = `price:${gateway.name()}`;
    const kept = `price:${gateway.name()}`;
    const stay = await client.open(gateway, { channels: [left, kept] });
    await gateway.publish({ channel: left, n: 1 });
    await stay.received(left, 1);
    if (client.unsubscribeByClosing !== undefined) {
      await client.unsubscribeByClosing(gateway, stay);
      return;
    }
    await stay.unsubscribe([left]);
    await gateway.publish({ channel: left, n: 2 }, { channel: kept, n: 3 });
    await stay.received(kept, 1);
    equal(stay.numbers(left), [1], 'after unsubscribing');
    await stay.close();
  },

  async 'last-value-survives-reconnect'(gateway, client) {
    const channel = `price:${gateway.name()}`;
    const first = await client.open(gateway, { channels: [channel] });
    await gateway.publish({ channel, n: 1 });
    await first.received(channel, 1);
    await first.close();
    await gateway.publish({ channel, n: 2 });
    await gateway.knows({ channel, n: 2 });
    const second = await client.open(gateway, { channels: [channel] });
    await second.received(channel, 1);
    equal(second.numbers(channel), [2], 'the snapshot after coming back');
    await second.close();
  },

  async 'bad-message-answered'(gateway, client) {
    equal(await client.complaints(gateway), client.expectedComplaints, 'answers');
  },
};

/**
 * Runs the named scenarios one after another.
 * @param {(result: {test: string, error?: string}) => void} report gets each as it ends
 */
export async function run(names, gateway, client, report) {
  for (const scenario of names) {
    try {
      await SCENARIOS[scenario](gateway, client);
      report({ test: scenario });
    } catch (error) {
      report({ test: scenario, error: String(error?.stack ?? error) });
    }
  }
  client.end();
}
