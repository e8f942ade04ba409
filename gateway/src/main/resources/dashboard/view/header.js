/** The strip on top: how the connection is, how fast messages come, and the sentence that says when not to trust the screen. */
import { setState, setText } from './dom.js';
import * as format from './format.js';

const RATE_EVERY_MS = 500;
const RATE_SMOOTHING = 0.5;

/** Paints the header and the notice beneath it. */
export class HeaderView {
  #nodes;
  #store;
  #session;
  #paintedName = '';
  #rate = 0;
  #countedUpdates = 0;
  #countedMs = Date.now();

  /**
   * @param {Record<'state' | 'announcement' | 'notice' | 'noticeText' | 'again' | 'rate' | 'updates' | 'user', HTMLElement>} nodes
   * @param {import('../store/store.js').Store} store
   * @param {import('../session.js').Session} session
   */
  constructor(nodes, store, session) {
    this.#nodes = nodes;
    this.#store = store;
    this.#session = session;
  }

  /** @param {number} nowMs ms since 1970 */
  paint(nowMs) {
    const { state, notice, noticeText, again, rate, updates, user } = this.#nodes;
    const { name, text, detail } = this.#session.describe(nowMs);
    setText(state, text);
    setState(document.body, 'connection', name);
    setText(noticeText, detail);
    notice.hidden = detail === '';
    again.hidden = name !== 'stopped' && name !== 'reconnecting';
    this.#announce(name, detail);
    const title = name === 'live' ? 'Tickgate' : `${name} · Tickgate`;
    if (document.title !== title) {
      document.title = title;
    }
    this.#count(nowMs);
    setText(rate, format.count(Math.round(this.#rate)));
    setText(updates, format.count(this.#store.updates));
    setText(user, this.#session.user ?? format.NOTHING);
  }

  /** Said once per state, since a countdown read aloud every second helps nobody. */
  #announce(name, detail) {
    if (this.#paintedName !== name) {
      this.#paintedName = name;
      setText(this.#nodes.announcement, `${name}. ${detail}`);
    }
  }

  #count(nowMs) {
    const elapsedMs = nowMs - this.#countedMs;
    if (elapsedMs >= 0 && elapsedMs < RATE_EVERY_MS) {
      return;
    }
    const { updates } = this.#store;
    const measured = elapsedMs > 0 ? ((updates - this.#countedUpdates) * 1000) / elapsedMs : 0;
    this.#rate += RATE_SMOOTHING * (measured - this.#rate);
    this.#countedUpdates = updates;
    this.#countedMs = nowMs;
  }
}
