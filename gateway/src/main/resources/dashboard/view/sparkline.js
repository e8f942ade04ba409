/** A symbol's last minute as a small line, with the price at page open as a dotted one. */
import { TRACE_POINTS } from '../store/prices.js';
import { prepare } from './canvas.js';
import { palette } from './palette.js';

const MARGIN = 2.5;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import('../store/prices.js').Price} price
 */
export function drawSparkline(canvas, price) {
  const { pen, width, height } = prepare(canvas);
  let lowest = Infinity;
  let highest = -Infinity;
  for (let index = 0; index < TRACE_POINTS; index++) {
    const value = price.tracePoint(index);
    lowest = value < lowest ? value : lowest;
    highest = value > highest ? value : highest;
  }
  if (lowest > highest || width === 0) {
    return;
  }
  const range = highest - lowest;
  const y = (value) => (range === 0 ? height / 2 : height - MARGIN - ((value - lowest) / range) * (height - 2 * MARGIN));
  const x = (index) => (index / (TRACE_POINTS - 1)) * (width - 2 * MARGIN) + MARGIN;
  const colours = palette();
  const colour = price.last >= price.open ? colours.up : colours.down;
  if (price.open >= lowest && price.open <= highest) {
    dottedLine(pen, y(price.open), width, colours.faint);
  }
  pen.beginPath();
  for (let index = 0; index < TRACE_POINTS; index++) {
    const value = price.tracePoint(index);
    if (!Number.isNaN(value)) {
      pen.lineTo(x(index), y(value));
    }
  }
  pen.strokeStyle = colour;
  pen.lineWidth = 1.25;
  pen.lineJoin = 'round';
  pen.stroke();
  pen.beginPath();
  pen.arc(x(TRACE_POINTS - 1), y(price.tracePoint(TRACE_POINTS - 1)), 1.75, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

function dottedLine(pen, y, width, colour) {
  pen.beginPath();
  pen.setLineDash([1, 3]);
  pen.moveTo(0, y);
  pen.lineTo(width, y);
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.stroke();
  pen.setLineDash([]);
}
