/** Paints once per display frame at most, however often it is asked. */

const AGE_TICK_MS = 250;

/**
 * Starts painting; also four times a second unasked, since ages and countdowns go on.
 * @param {(nowMs: number) => void} paint paints what changed, given ms since 1970
 * @returns {() => void} asks for a painting
 */
export function paintLoop(paint) {
  let requested = false;

  function frame() {
    requested = false;
    paint(Date.now());
  }

  function request() {
    if (!requested) {
      requested = true;
      requestAnimationFrame(frame);
    }
  }

  setInterval(request, AGE_TICK_MS);
  return request;
}
