// The latest ten minutes of every server: commands per second, memory, replication offset.
import {now} from './live.js';
import {bytes, clock, count} from './words.js';

const {h} = window.preact;
const {useEffect, useRef} = window.preactHooks;

const SPAN_MILLIS = 600_000;
/** A longer pause between samples is drawn as a gap. */
const GAP_MILLIS = 5000;
// Okabe and Ito's colours, told apart by most eyes; further nodes repeat them in dashes.
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8a7f00', '#7a7a7a'];
const CHARTS = [
  ['ops', 'Commands per second', 1, count],
  ['memory', 'Memory', 2, bytes],
  ['offset', 'Replication offset', 3, n => (n >= 1e6 ? bytes(n) : count(Math.round(n)))],
];

function colour(name) {
  const probe = document.createElement('span');
  probe.className = `probe-${name}`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** Samples as points, with a hole wherever the node was silent. */
function points(samples, column) {
  const out = [];
  let last = 0;
  for (const sample of samples) {
    if (last && sample[0] - last > GAP_MILLIS) out.push({x: last + 1, y: NaN});
    out.push({x: sample[0], y: sample[column]});
    last = sample[0];
  }
  return out;
}

function Chart({title, column, format, ids, state, theme}) {
  const canvas = useRef(null);
  const chart = useRef(null);
  useEffect(() => {
    const text = colour('text');
    const line = colour('line');
    chart.current = new window.Chart(canvas.current, {
      type: 'line',
      data: {datasets: []},
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        elements: {point: {radius: 0}, line: {borderWidth: 2}},
        scales: {
          x: {type: 'linear', ticks: {color: text, maxTicksLimit: 7, maxRotation: 0, callback: v => clock(v)}, grid: {color: line}},
          y: {beginAtZero: column === 1, ticks: {color: text, maxTicksLimit: 6, callback: v => format(v)}, grid: {color: line}},
        },
        plugins: {
          legend: {labels: {color: text, boxWidth: 18, boxHeight: 2}},
          tooltip: {callbacks: {title: items => clock(items[0].parsed.x), label: item => `${item.dataset.label}: ${format(item.parsed.y)}`}},
        },
      },
    });
    return () => chart.current.destroy();
  }, [theme]);
  useEffect(() => {
    const c = chart.current;
    const end = now();
    c.options.scales.x.min = end - SPAN_MILLIS;
    c.options.scales.x.max = end;
    const old = new Map(c.data.datasets.map(d => [d.label, d]));
    c.data.datasets = ids.map((id, i) => Object.assign(old.get(id) || {label: id}, {
      data: points(state.samples.get(id) || [], column),
      borderColor: COLOURS[i % COLOURS.length], backgroundColor: COLOURS[i % COLOURS.length],
      borderDash: i < COLOURS.length ? [] : [6, 4], spanGaps: false,
    }));
    c.update('none');
  });
  const latest = ids.map(id => {
    const samples = state.samples.get(id) || [];
    return `${id} ${samples.length ? format(samples[samples.length - 1][column]) : 'none'}`;
  }).join(', ');
  return h('section', {class: 'panel chart'},
    h('h2', null, title),
    h('div', {class: 'canvas'}, h('canvas', {ref: canvas, role: 'img', 'aria-label': `${title} over ten minutes. Now: ${latest}`})));
}

export function Charts({state, theme}) {
  const ids = [...state.nodes.values()].filter(n => n.role !== 'sentinel' && n.via !== 'mention').map(n => n.id);
  return h('div', {class: 'charts'}, CHARTS.map(([id, title, column, format]) =>
    h(Chart, {key: id, title, column, format, ids, state, theme})));
}
