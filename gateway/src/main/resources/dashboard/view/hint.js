/**
 * Lets Escape put away a tooltip that is shown while its button has the pointer or the focus.
 * @param {HTMLElement} hint holds the button and the tooltip
 */
export function dismissible(hint) {
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') {
      hint.dataset.dismissed = '';
    }
  });
  for (const leaving of ['mouseleave', 'focusout']) {
    hint.addEventListener(leaving, () => delete hint.dataset.dismissed);
  }
}
