/** Puts the page together: settings, session, store, views. */
import { Session } from './session.js';
import { askGateway, fromAddress, parseChannels, settle, withChoices } from './settings.js';
import { Store } from './store/store.js';
import { ChannelsView } from './view/channels.js';
import { setText } from './view/dom.js';
import { paintLoop } from './view/frame.js';
import { HeaderView } from './view/header.js';
import { dismissible } from './view/hint.js';
import { LatencyView } from './view/latency.js';
import { LogsView } from './view/logs.js';
import { OrdersView } from './view/orders.js';
import { applyTheme, onSystemTheme } from './view/palette.js';
import { PricesView } from './view/prices.js';

const TRACE_EVERY_MS = 500;

const node = (id) => document.getElementById(id);
const gateway = new URL('.', location.href);
const store = new Store();
const session = new Session({ store, url: gateway, onChange: () => requestPaint() });

const prices = new PricesView(node('prices-body'), store.prices);
const header = new HeaderView(
  {
    state: node('state'),
    announcement: node('announcement'),
    notice: node('notice'),
    noticeText: node('notice-text'),
    again: node('again'),
    rate: node('rate'),
    updates: node('updates'),
    user: node('user'),
  },
  store,
  session,
);
const views = [
  prices,
  new OrdersView(node('orders-body'), store.orders),
  new LogsView(node('logs-list'), store),
  new LatencyView(
    { canvas: node('latency'), p50: node('p50'), p99: node('p99'), max: node('latency-max'), count: node('latency-count') },
    store,
  ),
  new ChannelsView(
    { body: node('channels-body'), gapList: node('gaps-list'), summary: node('channels-summary') },
    store.channels,
  ),
];

let held = false;
const requestPaint = paintLoop((nowMs) => {
  header.paint(nowMs);
  if (!held) {
    views.forEach((view) => view.paint(nowMs));
  }
});
setInterval(() => {
  store.prices.sample();
  if (!held && !document.hidden) {
    prices.drawTraces();
  }
}, TRACE_EVERY_MS);

let settings;
let typed = {};

async function start() {
  const offer = await askGateway(gateway);
  settings = { ...settle(fromAddress(new URL(location.href)), offer), ...typed };
  setText(node('node'), settings.node ?? '');
  if (settings.channels.length === 0) {
    askForChannels();
  } else {
    session.connect(settings);
  }
}

function remember(choices) {
  history.replaceState(null, '', withChoices(new URL(location.href), choices));
}

function askForChannels() {
  node('channels-field').value = (settings?.channels ?? []).join('\n');
  node('token-field').value = settings?.token ?? '';
  node('subscribe-dialog').showModal();
}

function useTheme(theme) {
  node('theme').value = theme;
  applyTheme(theme);
  prices.drawTraces();
}

node('transport').addEventListener('change', ({ target }) => {
  remember({ transport: target.value });
  settings.transport = target.value;
  if (settings.channels.length > 0) {
    session.connect(settings);
  }
});

node('theme').addEventListener('change', ({ target }) => {
  remember({ theme: target.value });
  useTheme(target.value);
});

node('hold').addEventListener('click', ({ currentTarget }) => {
  held = !held;
  currentTarget.setAttribute('aria-pressed', String(held));
  document.body.dataset.held = String(held);
  requestPaint();
});

node('again').addEventListener('click', start);
node('subscribe').addEventListener('click', askForChannels);
node('cancel').addEventListener('click', () => node('subscribe-dialog').close());
node('subscribe-form').addEventListener('submit', () => {
  const token = node('token-field').value.trim();
  typed = { channels: parseChannels(node('channels-field').value), token: token === '' ? undefined : token };
  start();
});

dismissible(node('latency-hint-anchor'));
onSystemTheme(() => useTheme(node('theme').value));
addEventListener('resize', () => prices.drawTraces());
addEventListener('hashchange', () => {
  const { transport, theme } = fromAddress(new URL(location.href));
  node('transport').value = transport;
  useTheme(theme);
  if (settings !== undefined && settings.transport !== transport) {
    settings.transport = transport;
    session.connect(settings);
  }
});

const { transport, theme } = fromAddress(new URL(location.href));
remember({});
node('transport').value = transport;
useTheme(theme);
start();
