// How numbers, sizes and times are written.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 -> "1.5 KiB"; negative means unknown. */
export function bytes(n) {
  if (n < 0 || n === undefined) return '–';
  let unit = 0;
  let value = n;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** 1234567 -> "1,234,567". */
export const count = n => (n < 0 || n === undefined ? '–' : n.toLocaleString('en-US'));

/** 65000 ms -> "1 min 5 s". */
export function ago(millis) {
  const s = Math.max(0, Math.floor(millis / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** 1234 ms -> "1.23 s". */
export const seconds = millis => `${(Math.max(0, millis) / 1000).toFixed(millis < 10000 ? 2 : 1)} s`;

const CLOCK = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false});

/** 14:03:07 in the browser's time zone. */
export const clock = millis => CLOCK.format(new Date(millis));

/** 14:03:07.123. */
export const fineClock = millis => `${clock(millis)}.${String(millis % 1000).padStart(3, '0')}`;

export const ROLE = {master: 'Master', replica: 'Replica', sentinel: 'Sentinel', unknown: 'Unknown'};

export const LINK = {up: 'up', sync: 'copying data', down: 'down'};
