// The state of the cluster, kept current by the console's event stream. Nothing here draws.

const EMPTY = {
  version: -1,
  now: 0,
  readOnly: true,
  headline: null,
  nodes: new Map(),
  info: new Map(),
  samples: new Map(),
  failovers: [],
  events: [],
};
const SAMPLES_MAX = 600;
const EVENTS_MAX = 300;
const FAILOVERS_MAX = 20;
/** The console says something each second; after this long without a word the connection is taken for dead. */
const DEAF_AFTER_MILLIS = 6000;

export const live = {
  state: EMPTY,
  /** connecting, live or lost */
  connection: 'connecting',
  lastHeard: Date.now(),
  /** Server's clock minus the browser's. */
  skew: 0,
  /** node + section + field -> browser's clock when it changed last. */
  changedAt: new Map(),
};

const listeners = new Set();
let source = null;
let retry = null;

/** Now, by the console's clock. */
export const now = () => Date.now() + live.skew;

export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell() {
  listeners.forEach(listener => listener());
}

function heard(data) {
  live.connection = 'live';
  live.lastHeard = Date.now();
  live.skew = data.now - Date.now();
}

function takeFull(data) {
  heard(data);
  live.changedAt.clear();
  live.state = {
    version: data.version,
    now: data.now,
    readOnly: data.readOnly,
    headline: data.headline,
    nodes: new Map(data.nodes.map(node => [node.id, node])),
    info: new Map(Object.entries(data.info)),
    samples: new Map(Object.entries(data.samples)),
    failovers: data.failovers,
    events: data.events,
  };
  tell();
}

function takeChange(data) {
  const old = live.state;
  if (data.base !== old.version) {
    connect(); // A change was missed: begin anew with the whole state.
    return;
  }
  heard(data);
  const nodes = new Map(old.nodes);
  (data.nodes || []).forEach(node => nodes.set(node.id, node));
  const info = data.info ? new Map(old.info) : old.info;
  for (const [id, sections] of Object.entries(data.info || {})) info.set(id, merged(id, old.info.get(id), sections));
  const samples = data.samples ? new Map(old.samples) : old.samples;
  for (const [id, fresh] of Object.entries(data.samples || {})) {
    samples.set(id, [...(old.samples.get(id) || []), ...fresh].slice(-SAMPLES_MAX));
  }
  for (const id of data.gone || []) {
    nodes.delete(id);
    info.delete(id);
    samples.delete(id);
  }
  let failovers = old.failovers;
  for (const changed of data.failovers || []) {
    failovers = [changed, ...failovers.filter(f => f.number !== changed.number)];
  }
  failovers = [...failovers].sort((a, b) => b.number - a.number).slice(0, FAILOVERS_MAX);
  live.state = {
    ...old,
    version: data.version,
    now: data.now,
    headline: data.headline || old.headline,
    nodes,
    info,
    samples,
    failovers,
    events: data.events ? [...old.events, ...data.events].slice(-EVENTS_MAX) : old.events,
  };
  tell();
}

function merged(id, old = {}, changes) {
  const out = {...old};
  for (const [section, fields] of Object.entries(changes)) {
    if (fields === null) {
      delete out[section];
      continue;
    }
    const values = {...out[section]};
    for (const [field, value] of Object.entries(fields)) {
      live.changedAt.set(`${id} ${section} ${field}`, Date.now());
      if (value === null) delete values[field];
      else values[field] = value;
    }
    out[section] = values;
  }
  return out;
}

/** Opens the stream, or opens it anew. */
export function connect() {
  close();
  source = new EventSource('api/events');
  source.addEventListener('full', event => takeFull(JSON.parse(event.data)));
  source.addEventListener('change', event => takeChange(JSON.parse(event.data)));
  source.onerror = () => {
    live.connection = 'lost';
    tell();
    // The browser retries by itself unless the answer was an error; then it is up to us.
    if (source && source.readyState === EventSource.CLOSED && retry === null) {
      retry = setTimeout(() => {
        retry = null;
        connect();
      }, 1000);
    }
  };
}

function close() {
  if (source) source.close();
  source = null;
  clearTimeout(retry);
  retry = null;
}

/** Begins to listen; a hidden page lets go of its connection and takes it up again when it is looked at. */
export function start() {
  connect();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else connect();
  });
  setInterval(() => {
    if (!document.hidden && live.connection === 'live' && Date.now() - live.lastHeard > DEAF_AFTER_MILLIS) {
      live.connection = 'lost';
      connect();
    }
    tell();
  }, 1000);
}

/** Runs a command of the shell. */
export async function runCommand(request) {
  const response = await fetch('api/command', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(request),
  });
  return response.json();
}
