// A small redis-cli: a command, a node, the answer.
import {runCommand} from './live.js';
import {ROLE} from './words.js';

const {h} = window.preact;
const {useEffect, useRef, useState} = window.preactHooks;

const ENTRIES_MAX = 100;
// Kept while the page lives, so that looking at another view loses nothing.
const kept = {entries: [], lines: [], node: ''};

export function Shell({state, chosen}) {
  const nodes = [...state.nodes.values()].filter(n => n.via !== 'mention');
  const [entries, setEntries] = useState(kept.entries);
  const [node, setNode] = useState(chosen || kept.node);
  const [line, setLine] = useState('');
  const [back, setBack] = useState(0);
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const output = useRef(null);
  useEffect(() => { output.current.scrollTop = output.current.scrollHeight; }, [entries.length]);
  const first = nodes.find(n => n.role === 'master' && !n.silent) || nodes[0];
  const target = state.nodes.has(node) ? node : first ? first.id : '';
  const add = entry => {
    kept.entries = [...kept.entries, entry].slice(-ENTRIES_MAX);
    setEntries(kept.entries);
  };
  const run = async event => {
    event.preventDefault();
    const typed = line.trim();
    if (!typed || !target || busy) return;
    if (typed.toLowerCase() === 'clear') {
      kept.entries = [];
      setEntries([]);
      setLine('');
      return;
    }
    kept.lines = [typed, ...kept.lines.filter(l => l !== typed)].slice(0, ENTRIES_MAX);
    setBack(0);
    setLine('');
    setBusy(true);
    const entry = {at: Date.now(), node: target, line: typed};
    try {
      const answer = await runCommand({node: target, line: typed, user, password});
      add({...entry, text: answer.text ?? answer.error, failed: answer.text === undefined, isError: answer.isError, millis: answer.millis});
    } catch (e) {
      add({...entry, text: `The console does not answer: ${e.message}`, failed: true});
    }
    setBusy(false);
  };
  const recall = event => {
    const step = {ArrowUp: 1, ArrowDown: -1}[event.key];
    if (!step) return;
    event.preventDefault();
    const to = Math.min(kept.lines.length, Math.max(0, back + step));
    setBack(to);
    setLine(to === 0 ? '' : kept.lines[to - 1]);
  };
  return h('section', {class: 'panel shell', 'aria-labelledby': 'shell-title'},
    h('div', {class: 'controls'},
      h('h2', {id: 'shell-title'}, 'Shell'),
      h('label', null, 'Node', h('select', {id: 'shell-node', value: target, onChange: e => {
        kept.node = e.target.value;
        setNode(e.target.value);
      }}, nodes.map(n => h('option', {value: n.id, key: n.id}, `${n.id} (${ROLE[n.role].toLowerCase()}${n.silent ? ', silent' : ''})`)))),
      h('details', null,
        h('summary', null, 'Log in'),
        h('div', {class: 'login'},
          h('label', null, 'User', h('input', {value: user, autocomplete: 'off', placeholder: 'default', onInput: e => setUser(e.target.value)})),
          h('label', null, 'Password', h('input', {type: 'password', value: password, autocomplete: 'off', onInput: e => setPassword(e.target.value)}))))),
    h('div', {class: 'output', ref: output, role: 'log', tabIndex: 0, 'aria-label': 'Answers', id: 'shell-output'},
      entries.length === 0 && h('p', {class: 'hint'}, 'Type a command such as ', h('code', null, 'PING'), ', ', h('code', null, 'INFO replication'), ' or ',
        h('code', null, 'SET greeting "hello world"'), '. Each command runs by itself, as a new client would run it. Arrow up brings back earlier ones; ', h('code', null, 'clear'), ' empties this window.'),
      entries.map(e => h('div', {class: 'entry', key: e.at},
        h('div', {class: 'prompt'}, h('span', {class: 'where'}, `${e.node}> `), e.line, e.millis !== undefined && h('span', {class: 'took'}, `${e.millis} ms`)),
        h('pre', {class: e.failed || e.isError ? 'bad' : ''}, e.text)))),
    h('form', {onSubmit: run},
      h('label', {class: 'prompt', for: 'shell-line'}, `${target}>`),
      h('input', {id: 'shell-line', value: line, autocomplete: 'off', autocapitalize: 'off', spellcheck: false, disabled: !target,
        onInput: e => setLine(e.target.value), onKeyDown: recall}),
      h('button', {type: 'submit', disabled: busy || !target}, busy ? 'Running…' : 'Run')));
}
