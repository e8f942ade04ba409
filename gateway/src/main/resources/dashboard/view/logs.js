/** The log lines, newest first. */
import { element, fitRows, setState, setText } from './dom.js';
import * as format from './format.js';

const LINES = 200;
const LEVELS = ['debug', 'info', 'warn', 'error'];

function makeLine() {
  const line = element('li');
  line.append(element('time'), element('span', 'level'), element('span', 'source'), element('span', 'message'));
  return line;
}

function paintLine(line, entry) {
  const [time, level, source, message] = line.children;
  setText(time, format.seconds(entry.ts));
  setText(level, entry.level);
  setText(source, entry.source);
  setText(message, entry.message);
  setState(line, 'level', LEVELS.includes(entry.level) ? entry.level : 'info');
}

/** Paints the log into a list. */
export class LogsView {
  #list;
  #store;
  #paintedCount = 0;

  /**
   * @param {HTMLElement} list its items are replaced
   * @param {import('../store/store.js').Store} store
   */
  constructor(list, store) {
    this.#list = list;
    this.#store = store;
  }

  paint() {
    if (this.#paintedCount === this.#store.logCount) {
      return;
    }
    if (this.#paintedCount === 0) {
      this.#list.replaceChildren();
    }
    this.#paintedCount = this.#store.logCount;
    const { logs } = this.#store;
    const length = Math.min(logs.length, LINES);
    fitRows(this.#list, length, makeLine);
    for (let index = 0; index < length; index++) {
      paintLine(this.#list.children[index], logs.newest(index));
    }
  }
}
