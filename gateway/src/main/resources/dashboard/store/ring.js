/** The newest so many entries of a list without end: adding one to a full ring forgets the oldest. */
export class Ring {
  #entries = [];
  #capacity;
  #next = 0;

  /** @param {number} capacity how many entries are kept, at least 1 */
  constructor(capacity) {
    this.#capacity = capacity;
  }

  /** How many entries there are. */
  get length() {
    return this.#entries.length;
  }

  /** @param {*} entry becomes the newest */
  push(entry) {
    if (this.#entries.length < this.#capacity) {
      this.#entries.push(entry);
    } else {
      this.#entries[this.#next] = entry;
    }
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /**
   * @param {number} age 0 is the newest entry
   * @returns {*} the entry, undefined past the oldest
   */
  newest(age) {
    if (age < 0 || age >= this.#entries.length) {
      return undefined;
    }
    return this.#entries[(this.#next - 1 - age + this.#capacity) % this.#capacity];
  }
}
