/** Light or dark, and the style sheet's colours for what is drawn on a canvas. */

const NAMES = ['up', 'down', 'dim', 'faint', 'line', 'accent', 'warn', 'text'];
const systemLight = matchMedia('(prefers-color-scheme: light)');
let colours = null;

/** @returns {Record<string, string>} by the name of the custom property, without its dashes */
export function palette() {
  if (colours === null) {
    const style = getComputedStyle(document.documentElement);
    colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }
  return colours;
}

/**
 * Chooses light or dark.
 * @param {string} theme `auto` (as the system says), `dark` or `light`
 */
export function applyTheme(theme) {
  const automatic = systemLight.matches ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme === 'auto' ? automatic : theme;
  colours = null;
}

/** @param {() => void} listener told when the system switched between light and dark */
export function onSystemTheme(listener) {
  systemLight.addEventListener('change', listener);
}
