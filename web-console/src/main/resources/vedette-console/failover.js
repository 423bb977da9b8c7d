// The story of a failover: its steps with their times, and all that was said.
import {now} from './live.js';
import {clock, fineClock, seconds} from './words.js';

const {h} = window.preact;
const {useEffect, useRef, useState} = window.preactHooks;

const STEPS = [
  ['sdown', 'Suspected', '+sdown', 'A sentinel gets no answer from the master.'],
  ['odown', 'Agreed', '+odown', 'Enough sentinels agree that it is down.'],
  ['elected', 'Leader elected', '+elected-leader', 'One sentinel is elected to act.'],
  ['selected', 'Replica chosen', '+selected-slave', 'The leader picks the best replica.'],
  ['promoted', 'Promoted', '+promoted-slave', 'The replica has become a master.'],
  ['switched', 'Announced', '+switch-master', 'Clients are sent to the new master.'],
];
const PHASE = {
  suspected: 'suspected', agreed: 'down, agreed', electing: 'electing a leader', promoting: 'promoting a replica',
  reconfiguring: 'turning the others', done: 'complete', aborted: 'given up', cleared: 'false alarm',
};

function Steps({failover}) {
  const reached = STEPS.filter(([id]) => failover.milestones[id] !== undefined);
  const latest = reached.length ? reached[reached.length - 1][0] : '';
  let before = failover.started;
  return h('ol', {class: 'steps'}, STEPS.map(([id, name, event, meaning]) => {
    const at = failover.milestones[id];
    const took = at === undefined ? null : Math.max(0, at - before);
    if (at !== undefined) before = at;
    const kind = at === undefined ? (failover.running ? 'ahead' : 'skipped') : id === latest && failover.running ? 'present' : 'past';
    return h('li', {class: kind, key: id, 'data-step': id, 'data-reached': at !== undefined, title: `${event}: ${meaning}`},
      h('span', {class: 'bullet', 'aria-hidden': 'true'}, kind === 'past' ? '✓' : kind === 'present' ? '●' : '○'),
      h('span', {class: 'stepname'}, name),
      h('span', {class: 'steptime'}, at === undefined ? (failover.running ? '…' : '–') : `+${seconds(at - failover.started)}`),
      h('span', {class: 'steptook'}, took ? `took ${seconds(took)}` : ''));
  }));
}

function Timeline({failover}) {
  const list = useRef(null);
  const follow = useRef(true);
  useEffect(() => {
    if (follow.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [failover.events.length, failover.number]);
  return h('ol', {
    class: 'timeline', ref: list, tabIndex: 0, 'aria-label': 'Events of this failover, oldest first',
    onScroll: e => { follow.current = e.target.scrollTop + e.target.clientHeight > e.target.scrollHeight - 30; },
  }, failover.events.map(event => h('li', {key: event.seq, class: event.source === 'console' ? 'seen' : 'said', 'data-type': event.type},
    h('time', {title: fineClock(event.at)}, `+${seconds(event.at - failover.started)}`),
    h('div', null,
      h('p', null, h('code', {class: 'type'}, event.type), ' ', event.meaning),
      h('p', {class: 'raw'}, event.source === 'console' ? 'seen by the console' : `${event.source}: ${event.text}`)))));
}

export function FailoverCard({state}) {
  const [chosen, setChosen] = useState(0);
  const failovers = state.failovers;
  const failover = failovers.find(f => f.number === chosen) || failovers[0];
  useEffect(() => setChosen(0), [failovers.length && failovers[0].number]);
  if (!failover) {
    return h('section', {class: 'panel failover', id: 'failover'},
      h('h2', null, 'Failover'),
      h('p', {class: 'hint'}, 'None since this console started. When a master fails, the sentinels go through these steps; each shows up here as it happens:'),
      h('ol', {class: 'steps'}, STEPS.map(([id, name, event, meaning]) => h('li', {class: 'ahead', key: id},
        h('span', {class: 'bullet', 'aria-hidden': 'true'}, '○'), h('span', {class: 'stepname'}, name),
        h('span', {class: 'explains'}, meaning, ' ', h('code', null, event))))));
  }
  const total = (failover.milestones.switched || (failover.running ? now() : failover.last)) - failover.started;
  return h('section', {class: 'panel failover', id: 'failover', 'data-phase': failover.phase},
    h('div', {class: 'panelhead'},
      h('h2', null, `Failover ${failover.number}`),
      h('span', {class: `badge ${failover.running ? 'alert' : failover.phase === 'aborted' ? 'alert' : 'ok'}`, id: 'failover-phase'}, PHASE[failover.phase]),
      failovers.length > 1 && h('select', {'aria-label': 'Which failover', value: failover.number, onChange: e => setChosen(Number(e.target.value))},
        failovers.map(f => h('option', {value: f.number, key: f.number}, `${f.number}: ${f.master}, ${clock(f.started)}`)))),
    h('p', {class: 'story'},
      h('b', null, failover.master), ' · ', h('span', {class: 'old'}, failover.oldMaster), ' → ',
      h('span', {class: 'new'}, failover.newMaster || '?'),
      h('br'),
      `Began ${clock(failover.started)}, ${failover.milestones.switched ? 'new master after' : 'so far'} `, h('b', {id: 'failover-time'}, seconds(total)),
      failover.leader && ['; led by sentinel ', h('b', null, failover.leader)]),
    h(Steps, {failover}),
    h(Timeline, {failover}));
}
