// Everything that the sentinels said and the console saw, latest first.
import {fineClock} from './words.js';

const {h} = window.preact;
const {useState} = window.preactHooks;

export function Events({state}) {
  const [search, setSearch] = useState('');
  const [from, setFrom] = useState('all');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const events = state.events.filter(e =>
    (from === 'all' || (from === 'console') === (e.source === 'console'))
    && words.every(w => `${e.source} ${e.type} ${e.text} ${e.meaning}`.toLowerCase().includes(w))).reverse();
  return h('section', {class: 'panel', 'aria-labelledby': 'events-title'},
    h('div', {class: 'controls'},
      h('h2', {id: 'events-title'}, 'Events'),
      h('label', null, 'From', h('select', {value: from, onChange: e => setFrom(e.target.value)},
        h('option', {value: 'all'}, 'sentinels and console'),
        h('option', {value: 'sentinels'}, 'sentinels'),
        h('option', {value: 'console'}, 'what the console saw'))),
      h('label', {class: 'grow'}, 'Search', h('input', {type: 'search', value: search, onInput: e => setSearch(e.target.value)})),
      h('span', {class: 'hint', role: 'status'}, `${events.length} events`)),
    events.length === 0
      ? h('p', {class: 'hint'}, 'Nothing yet.')
      : h('div', {class: 'scroll', tabIndex: 0, role: 'region', 'aria-labelledby': 'events-title'},
        h('table', {id: 'events'},
          h('thead', null, h('tr', null, ['Time', 'From', 'Event', 'What it means', 'As logged'].map(t => h('th', {scope: 'col', key: t}, t)))),
          h('tbody', null, events.map(e => h('tr', {key: e.seq},
            h('td', {class: 'num', title: `sender's clock: ${fineClock(e.sent)}`}, fineClock(e.at)),
            h('td', null, e.source),
            h('td', null, h('code', {class: 'type'}, e.type)),
            h('td', null, e.meaning),
            h('td', {class: 'raw'}, e.text)))))));
}
