/** The few things every view does to the page. */

/**
 * @param {string} tag
 * @param {string} [className]
 * @returns {HTMLElement}
 */
export function element(tag, className) {
  const made = document.createElement(tag);
  if (className !== undefined) {
    made.className = className;
  }
  return made;
}

/**
 * Changes a text only where it differs: unchanged text costs no layout.
 * @param {HTMLElement} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/**
 * @param {HTMLElement} node
 * @param {string} name of the `data-` attribute
 * @param {string} value
 */
export function setState(node, name, value) {
  if (node.dataset[name] !== value) {
    node.dataset[name] = value;
  }
}

/**
 * Makes the number of rows fit; rows are reused, never thrown away and rebuilt.
 * @param {HTMLElement} body
 * @param {number} length wanted number of rows
 * @param {() => HTMLElement} makeRow
 */
export function fitRows(body, length, makeRow) {
  while (body.children.length < length) {
    body.append(makeRow());
  }
  while (body.children.length > length) {
    body.lastElementChild.remove();
  }
}

/**
 * @param {string[]} classNames one per cell
 * @returns {HTMLTableRowElement} a row of empty cells
 */
export function rowOf(classNames) {
  const row = element('tr');
  row.append(...classNames.map((className) => element('td', className)));
  return row;
}
