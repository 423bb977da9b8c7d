// The page: headline, navigation and the chosen view.
import {live, now, onChange, start} from './live.js';
import {ago, clock} from './words.js';
import {Topology} from './topology.js';
import {FailoverCard} from './failover.js';
import {NodeTable} from './nodes.js';
import {Info} from './info.js';
import {Charts} from './charts.js';
import {Shell} from './shell.js';
import {Events} from './events.js';

const {h, render} = window.preact;
const {useEffect, useState} = window.preactHooks;

const VIEWS = [
  ['overview', 'Overview'],
  ['charts', 'Charts'],
  ['info', 'INFO'],
  ['events', 'Events'],
  ['shell', 'Shell'],
];
const ICON = {ok: '✓', info: 'i', warn: '!', alert: '!!'};

function route() {
  const [view, node] = location.hash.slice(1).split('/').map(decodeURIComponent);
  return {view: VIEWS.some(([id]) => id === view) ? view : 'overview', node: node || ''};
}

/** Opens a view, for a node if one is given. */
function go(view, node) {
  location.hash = node ? `${view}/${encodeURIComponent(node)}` : view;
}

function useTheme() {
  const [theme, setTheme] = useState(() => localStorage.getItem('theme') || 'auto');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('theme', theme);
  }, [theme]);
  return [theme, () => setTheme({auto: 'light', light: 'dark', dark: 'auto'}[theme])];
}

function Connection() {
  const text = {
    live: 'Live',
    connecting: 'Connecting…',
    lost: `Not connected to the console; last word at ${clock(live.lastHeard + live.skew)}`,
  }[live.connection];
  return h('span', {class: `connection ${live.connection}`, role: 'status', id: 'connection'},
    h('span', {class: 'dot', 'aria-hidden': 'true'}), text);
}

function Headline({headline, failovers}) {
  if (!headline) return null;
  const running = failovers.find(f => f.running);
  return h('section', {class: `headline ${headline.level}`, id: 'headline', role: 'status', 'aria-live': 'polite'},
    h('span', {class: 'sign', 'aria-hidden': 'true'}, ICON[headline.level]),
    h('div', null,
      h('h1', null, headline.title),
      h('p', null, headline.detail)),
    running && h('span', {class: 'since', 'aria-hidden': 'true'}, ago(now() - running.started)));
}

function App() {
  const [, redraw] = useState(0);
  const [{view, node}, setRoute] = useState(route);
  const [theme, nextTheme] = useTheme();
  useEffect(() => {
    let asked = false;
    const off = onChange(() => {
      if (!asked) {
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          redraw(n => n + 1);
        });
      }
    });
    const onHash = () => setRoute(route());
    addEventListener('hashchange', onHash);
    return () => {
      off();
      removeEventListener('hashchange', onHash);
    };
  }, []);
  const state = live.state;
  useEffect(() => {
    const sign = {alert: '🔴 ', warn: '🟠 '}[state.headline && state.headline.level] || '';
    document.title = `${sign}${state.headline ? state.headline.title + ' · ' : ''}Vedette`;
  }, [state.headline]);
  const views = VIEWS.filter(([id]) => id !== 'shell' || !state.readOnly);
  return h('div', {class: live.connection === 'lost' ? 'page stale' : 'page'},
    h('a', {class: 'skip', href: '#overview', onClick: e => {
      e.preventDefault();
      document.getElementById('main').focus();
    }}, 'Skip to content'),
    h('header', null,
      h('span', {class: 'brand'}, h('img', {src: 'icon.svg', alt: '', width: 26, height: 26}), 'Vedette'),
      h('nav', {'aria-label': 'Views'},
        views.map(([id, name]) =>
          h('a', {href: `#${id}`, 'aria-current': id === view ? 'page' : undefined, key: id}, name))),
      h(Connection),
      h('button', {class: 'plain', onClick: nextTheme, title: 'Change colours', 'aria-label': `Colours: ${theme}`},
        {auto: '◐', light: '☀', dark: '☾'}[theme])),
    h(Headline, state),
    h('main', {id: 'main', tabIndex: -1},
      view === 'overview' && h('div', {class: 'overview'},
        h(Topology, {state, onOpen: id => go('info', id)}),
        h(FailoverCard, {state}),
        h(NodeTable, {state, onOpen: id => go('info', id)})),
      view === 'charts' && h(Charts, {state, theme}),
      view === 'info' && h(Info, {state, chosen: node, onChoose: id => go('info', id)}),
      view === 'events' && h(Events, {state}),
      view === 'shell' && !state.readOnly && h(Shell, {state, chosen: node})));
}

const root = document.getElementById('app');
root.textContent = '';
render(h(App), root);
start();
