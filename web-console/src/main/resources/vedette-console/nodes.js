// Every node in a row: role, link, offset, lag.
import {now} from './live.js';
import {ago, bytes, count, LINK, ROLE} from './words.js';

const {h} = window.preact;

function State({node}) {
  if (node.silent) {
    return h('span', {class: 'badge off'}, node.seen ? `silent ${ago(now() - node.seen)}` : 'no answer');
  }
  if (node.via === 'mention') return h('span', {class: 'badge off'}, 'not reporting');
  return h('span', {class: 'badge ok'}, 'reporting');
}

function Link({node}) {
  if (node.role !== 'replica') return '–';
  const kind = {up: 'ok', sync: 'info', down: 'alert'}[node.link] || 'off';
  return [h('span', {class: `badge ${node.silent ? 'off' : kind}`}, LINK[node.link] || 'unknown'),
    node.downSeconds >= 0 && node.link !== 'up' ? ` ${ago(node.downSeconds * 1000)}` : ''];
}

export function NodeTable({state, onOpen}) {
  const rank = {master: 0, replica: 1, unknown: 2, sentinel: 3};
  const nodes = [...state.nodes.values()].sort((a, b) => rank[a.role] - rank[b.role]);
  return h('section', {class: 'panel nodes', 'aria-labelledby': 'nodes-title'},
    h('h2', {id: 'nodes-title'}, 'Nodes'),
    h('div', {class: 'scroll', tabIndex: 0, role: 'region', 'aria-labelledby': 'nodes-title'},
      h('table', {id: 'nodes'},
        h('thead', null, h('tr', null,
          ['Node', 'Role', 'State', 'Follows', 'Link'].map(t => h('th', {scope: 'col', key: t}, t)),
          ['Offset', 'Lag, bytes', 'Lag, s', 'Ops/s', 'Memory', 'Keys', 'Clients'].map(t => h('th', {scope: 'col', class: 'num', key: t}, t)),
          h('th', {scope: 'col'}, 'Software'))),
        h('tbody', null, nodes.map(node => {
          const server = node.role !== 'sentinel' && node.via !== 'mention';
          const replica = node.role === 'replica';
          return h('tr', {key: node.id, 'data-node': node.id, 'data-role': node.role, class: node.silent ? 'dim' : ''},
            h('th', {scope: 'row'}, h('button', {class: 'linklike', onClick: () => onOpen(node.id)}, node.id)),
            h('td', null, ROLE[node.role]),
            h('td', {title: node.problem}, h(State, {node}), node.problem && h('span', {class: 'problem'}, ` ${node.problem}`)),
            h('td', null, replica ? node.master : node.beliefs.map(b => `${b.master}: ${b.address} ${b.status}`).join('; ') || '–'),
            h('td', null, h(Link, {node})),
            h('td', {class: 'num'}, node.role === 'sentinel' ? '–' : count(node.offset)),
            h('td', {class: 'num'}, replica ? count(node.lagBytes) : '–'),
            h('td', {class: 'num'}, replica ? count(node.lagSeconds) : '–'),
            h('td', {class: 'num'}, server ? count(node.ops) : '–'),
            h('td', {class: 'num'}, server ? bytes(node.memory) : '–'),
            h('td', {class: 'num'}, server ? count(node.keys) : '–'),
            h('td', {class: 'num'}, node.via === 'mention' ? '–' : count(node.clients)),
            h('td', null, node.software || '–'));
        })))));
}
