import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BAR_EDGES_MS, HIGHEST_MS, Histogram, RecentHistogram } from '../../../main/resources/dashboard/store/histogram.js';

function histogramOf(...valuesMs) {
  const histogram = new Histogram();
  valuesMs.forEach((valueMs) => histogram.record(valueMs));
  return histogram;
}

test('has no percentiles while empty', () => {
  assert.equal(new Histogram().percentileMs(0.5), NaN);
});

test('is exact where latencies are small', () => {
  for (let valueMs = 0; valueMs < 32; valueMs++) {
    assert.equal(histogramOf(valueMs, 1000).percentileMs(0.5), valueMs);
  }
});

test('never reports less than was measured, nor more than 6.25 % above', () => {
  for (let valueMs = 1; valueMs < HIGHEST_MS; valueMs = Math.ceil(valueMs * 1.07)) {
    const reportedMs = histogramOf(valueMs, HIGHEST_MS).percentileMs(0.5);
    assert.ok(reportedMs >= valueMs && reportedMs <= valueMs * 1.0625, `${valueMs} ms reported as ${reportedMs} ms`);
  }
});

test('finds the percentiles of 1 to 100', () => {
  const histogram = histogramOf(...Array.from({ length: 100 }, (_, index) => index + 1));
  assert.equal(histogram.percentileMs(0.01), 1);
  assert.equal(histogram.percentileMs(0.3), 30);
  assert.equal(histogram.percentileMs(1), 100);
  assert.equal(histogram.maxMs, 100);
  assert.equal(histogram.count, 100);
});

test('counts negative latencies as zero and absurd ones as the highest', () => {
  const histogram = histogramOf(-5, Infinity, HIGHEST_MS + 1);
  assert.equal(histogram.percentileMs(0.1), 0);
  assert.equal(histogram.maxMs, HIGHEST_MS);
});

test('puts every value into the bar whose edges enclose it', () => {
  const bars = new Float64Array(BAR_EDGES_MS.length);
  for (const [bar, edgeMs] of BAR_EDGES_MS.entries()) {
    const lastMs = (BAR_EDGES_MS[bar + 1] ?? edgeMs * 2) - 1;
    assert.equal(histogramOf(edgeMs, lastMs).fillBars(bars), 2);
    assert.equal(bars[bar], 2, `${edgeMs} to ${lastMs} ms`);
  }
});

test('forgets what is older than its window, slot by slot', () => {
  const recent = new RecentHistogram(60_000, 6);
  const sum = new Histogram();
  recent.record(500, 1_000);
  recent.record(7, 30_000);
  recent.mergeInto(sum, 59_000);
  assert.equal(sum.count, 2);
  recent.mergeInto(sum, 61_000);
  assert.deepEqual([sum.count, sum.maxMs], [1, 7]);
  recent.mergeInto(sum, 200_000);
  assert.equal(sum.count, 0);
});

test('reuses a slot only for its new time', () => {
  const recent = new RecentHistogram(60_000, 6);
  const sum = new Histogram();
  recent.record(500, 5_000);
  recent.record(3, 65_000);
  recent.mergeInto(sum, 66_000);
  assert.deepEqual([sum.count, sum.maxMs], [1, 3]);
});
