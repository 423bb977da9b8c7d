// INFO of a node by section; what changed lately is highlighted. A second node can be put beside it.
import {live, now} from './live.js';
import {ago, ROLE} from './words.js';

const {h} = window.preact;
const {useState} = window.preactHooks;

const FRESH_MILLIS = 2500;

function NodeChoice({label, nodes, value, none, onChange}) {
  return h('label', null, label,
    h('select', {value, onChange: e => onChange(e.target.value)},
      none && h('option', {value: ''}, none),
      nodes.map(n => h('option', {value: n.id, key: n.id}, `${n.id} (${ROLE[n.role].toLowerCase()}${n.silent ? ', silent' : ''})`))));
}

function Value({id, section, field, value}) {
  const at = live.changedAt.get(`${id} ${section} ${field}`);
  const fresh = at !== undefined && Date.now() - at < FRESH_MILLIS;
  return h('td', {class: fresh ? 'value changed' : 'value'}, value === undefined ? '–' : value);
}

export function Info({state, chosen, onChoose}) {
  const [search, setSearch] = useState('');
  const [other, setOther] = useState('');
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const nodes = [...state.nodes.values()].filter(n => n.via !== 'mention');
  const node = state.nodes.get(chosen) || nodes[0];
  if (!node) return h('section', {class: 'panel'}, h('p', {class: 'hint'}, 'No node has reported yet.'));
  const left = state.info.get(node.id) || {};
  const right = other && state.info.get(other);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const sections = [...new Set([...Object.keys(left), ...Object.keys(right || {})])].map(section => {
    const a = left[section] || {};
    const b = (right && right[section]) || {};
    const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(field => {
      const hay = `${section} ${field} ${a[field] || ''} ${b[field] || ''}`.toLowerCase();
      return words.every(word => hay.includes(word)) && !(right && onlyDifferent && a[field] === b[field]);
    });
    return {section, fields, a, b};
  }).filter(s => s.fields.length);
  const found = sections.reduce((sum, s) => sum + s.fields.length, 0);
  return h('section', {class: 'panel info', 'aria-labelledby': 'info-title'},
    h('div', {class: 'controls'},
      h('h2', {id: 'info-title'}, 'INFO'),
      h(NodeChoice, {label: 'Node', nodes, value: node.id, onChange: onChoose}),
      h(NodeChoice, {label: 'Beside', nodes: nodes.filter(n => n.id !== node.id), value: other, none: 'nothing', onChange: setOther}),
      right && h('label', {class: 'check'}, h('input', {type: 'checkbox', checked: onlyDifferent, onChange: e => setOnlyDifferent(e.target.checked)}), 'only differences'),
      h('label', {class: 'grow'}, 'Search',
        h('input', {id: 'info-search', type: 'search', value: search, placeholder: 'field, value or section', onInput: e => setSearch(e.target.value)})),
      h('span', {class: 'hint', role: 'status'}, `${found} fields`)),
    node.silent && h('p', {class: 'notice'}, node.seen
      ? `Silent for ${ago(now() - node.seen)}; this is what it said last.` : `No answer yet. ${node.problem}`),
    h('nav', {class: 'chips', 'aria-label': 'Sections'}, sections.map(({section}) =>
      h('button', {key: section, class: 'chip', onClick: () => document.getElementById(`section-${section}`).scrollIntoView({block: 'start'})}, section || 'other'))),
    h('div', {class: 'sections'}, sections.map(({section, fields, a, b}) =>
      h('table', {class: 'fields', id: `section-${section}`, key: section},
        h('caption', null, section || 'other'),
        h('thead', {class: right ? '' : 'hidden'}, h('tr', null, h('th', {scope: 'col'}, 'Field'), h('th', {scope: 'col'}, node.id), right && h('th', {scope: 'col'}, other))),
        h('tbody', null, fields.map(field => h('tr', {key: field, class: right && a[field] !== b[field] ? 'differs' : '', 'data-field': field},
          h('th', {scope: 'row'}, field),
          h(Value, {id: node.id, section, field, value: a[field]}),
          right && h(Value, {id: other, section, field, value: b[field]}))))))));
}
