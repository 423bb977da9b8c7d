// Who follows whom, as a tree of cards, and beside it the sentinels with what each believes.
import {live, now} from './live.js';
import {ago, bytes, LINK, ROLE} from './words.js';

const {h} = window.preact;
const {useEffect, useMemo, useRef, useState} = window.preactHooks;

const WIDE = {card: {width: 172, height: 66}, gap: {x: 18, y: 62}, guard: {width: 218, height: 62, gap: 14}, margin: 8};
const NARROW = {card: {width: 160, height: 66}, gap: {x: 8, y: 56}, guard: {width: 218, height: 62, gap: 10}, margin: 4};
const WIDE_FROM = 600;
/** For so long after a failover the sentinels' votes are shown. */
const VOTE_NEWS_MILLIS = 60_000;

/** Places every server; a loop of replicas (it can happen for a moment) is cut where it closes. */
function layout(servers, {card: CARD, gap: GAP}) {
  const byId = new Map(servers.map(node => [node.id, node]));
  const parents = new Map();
  for (const node of servers) {
    let parent = byId.has(node.master) ? node.master : '';
    for (let up = parent, steps = 0; up; up = parents.get(up) || '', steps++) {
      if (up === node.id || steps > servers.length) {
        parent = '';
        break;
      }
    }
    parents.set(node.id, parent);
  }
  // What is lost stands at the left, the living master at the right, next to the sentinels that watch it.
  const order = node => (node.silent ? 0 : node.role === 'master' ? 2 : 1);
  const sorted = [...servers].sort((a, b) => order(a) - order(b));
  const root = window.d3.stratify()
    .id(d => d.id)
    .parentId(d => (d.root ? null : parents.get(d.id) || '\u0000root'))([{id: '\u0000root', root: true}, ...sorted]);
  window.d3.tree().nodeSize([CARD.width + GAP.x, CARD.height + GAP.y]).separation(() => 1)(root);
  const placed = root.descendants().filter(n => !n.data.root);
  const left = Math.min(...placed.map(n => n.x), 0);
  const places = new Map(placed.map(n => [n.id, {
    x: n.x - left + CARD.width / 2,
    y: (n.depth - 1) * (CARD.height + GAP.y),
  }]));
  const links = placed.filter(n => n.parent && !n.parent.data.root).map(n => ({from: n.parent.id, to: n.id}));
  const width = Math.max(CARD.width, ...[...places.values()].map(p => p.x + CARD.width / 2));
  const height = Math.max(CARD.height, ...[...places.values()].map(p => p.y + CARD.height));
  return {places, links, width, height};
}

function describe(node) {
  const parts = [`${ROLE[node.role]} ${node.id}`];
  if (node.silent) parts.push(node.seen ? `silent for ${ago(now() - node.seen)}` : 'never answered');
  if (node.problem) parts.push(node.problem);
  if (node.via === 'mention') parts.push('known from others only');
  if (node.role === 'replica') {
    parts.push(`follows ${node.master}`, `link ${LINK[node.link] || 'unknown'}`, `${bytes(node.lagBytes)} behind`);
  }
  for (const b of node.beliefs) parts.push(`takes ${b.address} for master of ${b.master}, ${b.status}`);
  return parts.join(', ');
}

function status(node) {
  if (node.silent) return node.seen ? `silent for ${ago(now() - node.seen)}` : node.problem || 'no answer yet';
  if (node.via === 'mention') return 'does not report itself';
  if (node.role === 'master') return `${node.ops} ops/s · ${bytes(node.memory)}`;
  if (node.link === 'up') return `offset ${node.offset.toLocaleString('en-US')}`;
  if (node.link === 'sync') return 'copying the data';
  return node.downSeconds >= 0 ? `no link for ${ago(node.downSeconds * 1000)}` : 'no link to its master';
}

const keys = act => event => {
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    act();
  }
};

function Card({node, place, mark, size: {card: CARD}, onOpen}) {
  const kind = node.silent ? 'silent' : node.via === 'mention' ? 'mention' : node.role;
  return h('g', {
    class: `card ${kind}`,
    style: {transform: `translate(${place.x - CARD.width / 2}px, ${place.y}px)`},
    tabIndex: 0, role: 'button', 'aria-label': describe(node), 'data-node': node.id, 'data-role': node.role,
    onClick: () => onOpen(node.id), onKeyDown: keys(() => onOpen(node.id)),
  },
  h('title', null, describe(node)),
  h('rect', {class: 'body', width: CARD.width, height: CARD.height, rx: 9}),
  h('rect', {class: 'stripe', width: 6, height: CARD.height - 18, x: 8, y: 9, rx: 3}),
  h('text', {class: 'role', x: 23, y: 19}, node.silent && node.seen ? `WAS ${ROLE[node.role].toUpperCase()}` : `${node.role === 'master' ? '★ ' : ''}${ROLE[node.role].toUpperCase()}`),
  mark && h('g', null,
    h('rect', {class: `mark ${mark.kind}`, x: CARD.width - mark.text.length * 6.4 - 22, y: 7, rx: 8, height: 17, width: mark.text.length * 6.4 + 14}),
    h('text', {class: `marktext ${mark.kind}`, x: CARD.width - 15, y: 19, 'text-anchor': 'end'}, mark.text)),
  h('text', {class: 'name', x: 23, y: 38}, node.id.length > 20 ? `${node.id.slice(0, 6)}…${node.id.slice(-12)}` : node.id),
  h('text', {class: 'status', x: 23, y: 55}, status(node)));
}

function LinkLine({from, to, node, size: {card: CARD}}) {
  const x1 = from.x;
  const y1 = from.y + CARD.height;
  const x2 = to.x;
  const y2 = to.y;
  const middle = (y1 + y2) / 2;
  const state = node.silent ? 'gone' : node.link || 'down';
  const label = state === 'up' ? `${bytes(node.lagBytes)} · ${node.lagSeconds < 0 ? '–' : node.lagSeconds} s behind`
    : state === 'sync' ? 'copying data' : state === 'gone' ? 'silent' : 'link down';
  const w = label.length * 6.1 + 12;
  return h('g', {class: `link ${state}`, 'aria-hidden': 'true'},
    h('path', {d: `M${x1},${y1} C${x1},${middle} ${x2},${middle} ${x2},${y2}`}),
    h('rect', {class: 'labelback', x: x2 - w / 2, y: y2 - 27, width: w, height: 18, rx: 9}),
    h('text', {x: x2, y: y2 - 14, 'text-anchor': 'middle'}, label));
}

function Guard({node, place, voting, size: {guard: GUARD}, onOpen}) {
  const belief = node.beliefs[0];
  const opinion = node.silent ? 'silent' : belief ? belief.status : 'none';
  const words = node.silent ? (node.seen ? `silent for ${ago(now() - node.seen)}` : node.problem || 'no answer yet')
    : belief ? `${belief.address} ${{ok: 'is fine', sdown: 'seems down', odown: 'is down'}[belief.status] || belief.status}`
      : 'watches no master';
  return h('g', {
    class: `guard ${opinion}`,
    style: {transform: `translate(${place.x}px, ${place.y}px)`},
    tabIndex: 0, role: 'button', 'aria-label': describe(node), 'data-node': node.id, 'data-role': 'sentinel', 'data-opinion': opinion,
    onClick: () => onOpen(node.id), onKeyDown: keys(() => onOpen(node.id)),
  },
  h('title', null, describe(node)),
  h('rect', {class: 'body', width: GUARD.width, height: GUARD.height, rx: 20}),
  h('circle', {class: 'eye', cx: 18, cy: 20, r: 5}),
  h('text', {class: 'name', x: 31, y: 24}, node.id),
  h('text', {class: 'status', x: 18, y: 41}, words),
  h('text', {class: 'vote', x: 18, y: 55},
    voting && node.vote ? `vote: ${node.vote}` : belief ? `${belief.master} · ${belief.replicas} replicas · ${belief.sentinels} sentinels` : ''));
}

export function Topology({state, onOpen}) {
  const box = useRef(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(entries => setWidth(entries[0].contentRect.width));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const nodes = [...state.nodes.values()];
  const servers = nodes.filter(node => node.role !== 'sentinel');
  const sentinels = nodes.filter(node => node.role === 'sentinel');
  const beside = width >= WIDE_FROM;
  const size = beside ? WIDE : NARROW;
  const {card: CARD, gap: GAP, guard: GUARD, margin: MARGIN} = size;
  const shape = servers.map(node => `${node.id}<${node.master}<${node.role}<${node.silent}`).join('|');
  const tree = useMemo(() => layout(servers, size), [shape, beside]);
  const columns = beside ? 1 : Math.max(1, Math.floor((width - MARGIN) / (GUARD.width + GUARD.gap)));
  const guardsWidth = beside ? GUARD.width : columns * (GUARD.width + GUARD.gap) - GUARD.gap;
  const rows = Math.ceil(sentinels.length / columns);
  const guardsHeight = rows * (GUARD.height + GUARD.gap) - GUARD.gap;
  const totalHeight = (beside ? Math.max(tree.height, guardsHeight) : tree.height + (sentinels.length ? GAP.y + guardsHeight : 0)) + MARGIN * 2;
  const need = (sentinels.length && beside ? tree.width + 50 + GUARD.width : Math.max(tree.width, sentinels.length ? guardsWidth : 0)) + MARGIN * 2;
  const total = Math.max(need, width);
  const shift = beside && sentinels.length
    ? Math.max(0, (total - GUARD.width - 50 - tree.width - MARGIN * 2) / 2) : Math.max(0, (total - tree.width) / 2 - MARGIN);
  const at = id => {
    const place = tree.places.get(id);
    return {x: place.x + MARGIN + shift, y: place.y + MARGIN};
  };
  const guardAt = i => beside
    ? {x: total - GUARD.width - MARGIN, y: MARGIN + i * (GUARD.height + GUARD.gap)}
    : {x: (total - guardsWidth) / 2 + (i % columns) * (GUARD.width + GUARD.gap), y: MARGIN + tree.height + GAP.y + Math.floor(i / columns) * (GUARD.height + GUARD.gap)};
  const running = state.failovers.find(f => f.running);
  const latest = state.failovers[0];
  const voting = latest !== undefined && (latest.running || now() - latest.last < VOTE_NEWS_MILLIS);
  const mark = node => {
    if (!running) return null;
    if (node.id === running.newMaster && node.role !== 'master') return {text: 'chosen', kind: 'chosen'};
    if (node.id === running.newMaster) return {text: 'new', kind: 'chosen'};
    if (node.id === running.oldMaster) return {text: running.phase === 'suspected' ? 'suspected' : 'down', kind: 'down'};
    return null;
  };
  return h('section', {class: 'panel topology', 'aria-labelledby': 'topology-title', ref: box},
    h('h2', {id: 'topology-title'}, 'Topology'),
    nodes.length === 0
      ? h('p', {class: 'hint'}, live.connection === 'live' ? 'No node has reported yet.' : 'Waiting for the console…')
      : width > 0 && h('div', {class: 'drawing'},
        h('svg', {width: total, height: totalHeight, viewBox: `0 0 ${total} ${totalHeight}`, role: 'group', 'aria-label': 'Nodes and their links'},
          sentinels.flatMap((s, i) => s.silent || !beside ? [] : s.beliefs.filter(b => tree.places.has(b.address)).map(b => {
            const to = at(b.address);
            const from = guardAt(i);
            const d = `M${from.x},${from.y + GUARD.height / 2} C${from.x - 60},${from.y + GUARD.height / 2} ${to.x + CARD.width / 2 + 60},${to.y + CARD.height / 2} ${to.x + CARD.width / 2},${to.y + CARD.height / 2}`;
            return h('path', {class: `watch ${b.status}`, key: `${s.id} ${b.master}`, d, 'aria-hidden': 'true'});
          })),
          tree.links.map(({from, to}) => state.nodes.has(to) && h(LinkLine, {key: to, from: at(from), to: at(to), node: state.nodes.get(to), size})),
          servers.map(node => h(Card, {key: node.id, node, place: at(node.id), mark: mark(node), size, onOpen})),
          sentinels.map((node, i) => h(Guard, {key: node.id, node, place: guardAt(i), voting, size, onOpen})))));
}
