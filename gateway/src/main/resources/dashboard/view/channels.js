/** What arrived on each channel and what did not, with the newest gaps beneath. */
import { element, fitRows, rowOf, setState, setText } from './dom.js';
import * as format from './format.js';

const CELLS = ['channel', 'seq', 'updates', 'snapshots', 'skipped', 'gaps'];
const RECENT_GAP_MS = 10_000;

function paintRow(row, counters, nowMs) {
  const [channel, seq, updates, snapshots, skipped, gaps] = row.children;
  setText(channel, counters.channel);
  setText(seq, counters.refused ?? format.count(counters.seq));
  setText(updates, format.count(counters.updates));
  setText(snapshots, format.count(counters.snapshots));
  setText(skipped, format.count(counters.skipped));
  setText(gaps, format.count(counters.gaps));
  const state = counters.refused !== null ? 'refused' : counters.gaps === 0 ? 'whole' : 'gap';
  setState(row, 'state', state);
  setState(row, 'recent', String(counters.gaps > 0 && nowMs - counters.lastGapMs < RECENT_GAP_MS));
}

function describeGap({ from, to, reason }) {
  if (from === undefined || to === undefined) {
    return reason;
  }
  return from === to ? `${reason} · seq ${format.count(from)}` : `${reason} · seq ${format.count(from)} to ${format.count(to)}`;
}

function makeGap() {
  const item = element('li');
  item.append(element('time'), element('span', 'channel'), element('span', 'reason'));
  return item;
}

/** Paints the counters into a table's body and the gaps into a list. */
export class ChannelsView {
  #body;
  #gapList;
  #summary;
  #channels;
  #paintedGaps = 0;
  #paintedMs = 0;

  /**
   * @param {object} nodes
   * @param {HTMLElement} nodes.body the table's body
   * @param {HTMLElement} nodes.gapList its items are replaced with the first gap
   * @param {HTMLElement} nodes.summary takes one line of text
   * @param {import('../store/channels.js').Channels} channels
   */
  constructor({ body, gapList, summary }, channels) {
    this.#body = body;
    this.#gapList = gapList;
    this.#summary = summary;
    this.#channels = channels;
  }

  /** Counters are read, not watched: they are painted four times a second at most, gaps at once. */
  paint(nowMs) {
    const channels = this.#channels;
    const gapsCame = channels.gapCount !== this.#paintedGaps;
    if (!gapsCame && Math.abs(nowMs - this.#paintedMs) < 250) {
      return;
    }
    this.#paintedMs = nowMs;
    const rows = [...channels.all()];
    fitRows(this.#body, rows.length, () => rowOf(CELLS));
    rows.forEach((counters, index) => paintRow(this.#body.children[index], counters, nowMs));
    setText(this.#summary, `${format.count(channels.snapshotCount)} snapshots · ${format.count(channels.gapCount)} gaps`);
    if (gapsCame) {
      this.#paintGaps(channels.gaps);
      this.#paintedGaps = channels.gapCount;
    }
  }

  #paintGaps(gaps) {
    if (this.#paintedGaps === 0) {
      this.#gapList.replaceChildren();
    }
    fitRows(this.#gapList, gaps.length, makeGap);
    for (let index = 0; index < gaps.length; index++) {
      const gap = gaps.newest(index);
      const [time, channel, reason] = this.#gapList.children[index].children;
      setText(time, format.time(gap.timeMs));
      setText(channel, gap.channel);
      setText(reason, describeGap(gap));
    }
  }
}
