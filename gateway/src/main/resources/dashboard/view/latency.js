/** How long updates took from their publisher's clock to this page: a histogram and its percentiles. */
import { BAR_EDGES_MS, Histogram } from '../store/histogram.js';
import { prepare } from './canvas.js';
import { setText } from './dom.js';
import * as format from './format.js';
import { palette } from './palette.js';

const PAINT_EVERY_MS = 500;
const AXIS_PX = 16;
const TOP_PX = 16;
const LABELLED_MS = [0, 1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536];
const RIGHT_EDGES_MS = [64, 1024, 65_536];

/** Paints the recent latencies. */
export class LatencyView {
  #nodes;
  #store;
  #sum = new Histogram();
  #bars = new Float64Array(BAR_EDGES_MS.length);
  #paintedMs = 0;

  /**
   * @param {{canvas: HTMLCanvasElement, p50: HTMLElement, p99: HTMLElement, max: HTMLElement, count: HTMLElement}} nodes
   * @param {import('../store/store.js').Store} store
   */
  constructor(nodes, store) {
    this.#nodes = nodes;
    this.#store = store;
  }

  /** @param {number} nowMs ms since 1970 */
  paint(nowMs) {
    if (Math.abs(nowMs - this.#paintedMs) < PAINT_EVERY_MS) {
      return;
    }
    this.#paintedMs = nowMs;
    this.#store.recentLatency(this.#sum, nowMs);
    const { p50, p99, max, count, canvas } = this.#nodes;
    const sum = this.#sum;
    setText(p50, format.latency(sum.percentileMs(0.5)));
    setText(p99, format.latency(sum.percentileMs(0.99)));
    setText(max, sum.count === 0 ? format.NOTHING : format.latency(sum.maxMs));
    setText(count, this.#describeCount());
    canvas.setAttribute('aria-label', `Histogram of ${format.count(sum.count)} latencies`);
    this.#draw();
  }

  #describeCount() {
    const { clockAhead } = this.#store;
    const measured = `${format.count(this.#sum.count)} in the last minute`;
    return clockAhead === 0 ? measured : `${measured} · ${format.count(clockAhead)} stamped in the future`;
  }

  #draw() {
    const { pen, width, height } = prepare(this.#nodes.canvas);
    const highest = this.#sum.fillBars(this.#bars);
    const rightMs = RIGHT_EDGES_MS.find((edgeMs) => this.#sum.maxMs < edgeMs) ?? RIGHT_EDGES_MS.at(-1);
    const shown = rightMs === RIGHT_EDGES_MS.at(-1) ? BAR_EDGES_MS.length : BAR_EDGES_MS.indexOf(rightMs);
    const step = width / shown;
    const floor = height - AXIS_PX;
    this.#drawAxis(pen, { step, shown, floor, width });
    this.#drawBars(pen, { step, shown, floor, highest });
    if (this.#sum.count > 0) {
      const colours = palette();
      drawMark(pen, { x: this.#xOf(0.5, step), floor, label: 'p50', colour: colours.dim, width });
      drawMark(pen, { x: this.#xOf(0.99, step), floor, label: 'p99', colour: colours.warn, width });
    }
  }

  #drawAxis(pen, { step, shown, floor, width }) {
    const colours = palette();
    pen.fillStyle = colours.line;
    pen.fillRect(0, floor, width, 1);
    pen.fillStyle = colours.dim;
    pen.font = `10px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = 'alphabetic';
    pen.textAlign = 'left';
    for (const edgeMs of LABELLED_MS) {
      const bar = BAR_EDGES_MS.indexOf(edgeMs);
      if (bar < shown) {
        const label = edgeMs < 1000 ? String(edgeMs) : `${Math.floor(edgeMs / 1000)} s`;
        pen.fillText(label, bar * step + 1, floor + 12);
      }
    }
    pen.textAlign = 'right';
    pen.fillText('ms', width, floor + 12);
  }

  #drawBars(pen, { step, shown, floor, highest }) {
    const gap = step > 6 ? 2 : 1;
    pen.fillStyle = palette().accent;
    for (let bar = 0; bar < shown; bar++) {
      if (this.#bars[bar] > 0) {
        const tall = Math.max(1.5, (this.#bars[bar] / highest) * (floor - TOP_PX));
        pen.fillRect(bar * step, floor - tall, step - gap, tall);
      }
    }
  }

  #xOf(share, step) {
    const valueMs = this.#sum.percentileMs(share);
    let bar = BAR_EDGES_MS.length - 1;
    while (BAR_EDGES_MS[bar] > valueMs) {
      bar--;
    }
    const nextMs = BAR_EDGES_MS[bar + 1] ?? BAR_EDGES_MS[bar] * 2;
    const within = Math.min(1, (valueMs + 1 - BAR_EDGES_MS[bar]) / (nextMs - BAR_EDGES_MS[bar]));
    return (bar + within) * step - 1;
  }
}

function drawMark(pen, { x, floor, label, colour, width }) {
  pen.fillStyle = colour;
  pen.fillRect(Math.round(x), label === 'p50' ? TOP_PX - 2 : 2, 1, floor - (label === 'p50' ? TOP_PX - 2 : 2));
  const right = x > width - 30;
  pen.textAlign = right ? 'right' : 'left';
  pen.fillText(label, x + (right ? -4 : 4), label === 'p50' ? TOP_PX + 7 : 10);
}
