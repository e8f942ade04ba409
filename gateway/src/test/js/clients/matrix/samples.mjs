/** What is sent to be echoed, and how it is compared. Runs in Node and in a page. */

export const TEXTS = ['hello', '', 1, -0.5, true, null, ['a', [], {}], { nested: { list: [1, 'two', null] } }];

/** Astral and combined characters, JavaScript's own line separators, and what separates the packets of Engine.IO 4. */
export const UNICODE = [
  'h\u00e9llo w\u00f6rld \u2713 \u65e5\u672c\u8a9e \u0627\u0644\u0639\u0631\u0628\u064a\u0629',
  '\u{1f389} \u{1f469}\u200d\u{1f469}\u200d\u{1f467} \u{1f1e9}\u{1f1ea} \u{10ffff}',
  'line\u2028separator\u2029paragraph\r\n\t\0\x1e\x7f\u0085\ufeff',
  'quotes " and \\ and 4:text and b64=',
  { 'k\u00e9y \u{1f511}': '\u{1d11e}' },
];

/** @returns {ArrayBuffer} so many bytes, among them each that there is */
export function bytes(count, first = 0) {
  return Uint8Array.from({ length: count }, (_, index) => (first + index) & 0xff).buffer;
}

/** Several attachments, at several depths, one of them empty. */
export function attachments() {
  return [bytes(256), { empty: bytes(0), list: ['text', bytes(3, 250), { deep: bytes(1_000) }] }, 'last', bytes(1, 0x1e)];
}

/** A value with each kind of binary that clients hand out told apart from text, and from nothing else. */
function plain(value) {
  if (value instanceof ArrayBuffer) {
    return { bytes: [...new Uint8Array(value)] };
  }
  if (ArrayBuffer.isView(value)) {
    return { bytes: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] };
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  }
  return value;
}

export function same(actual, expected, what) {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(plain(value)));
  if (is !== should) {
    throw new Error(`${what}: expected ${should.slice(0, 500)} but got ${String(is).slice(0, 500)}`);
  }
}
