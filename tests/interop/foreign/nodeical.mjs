// What node-ical makes of calendars, a line each, for tests/interop.
//
//   nodeical.mjs occurrences     START TAB END TAB zone TAB path on stdin → "=" path, then
//                                start TAB end TAB all-day TAB summary
//
// Instants are seconds since 1970. Dates and floating times are of the zone of the question. Expansion is
// node-ical's own affair; which occurrences overlap START to END (RFC 4791 §9.9) is decided here.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// What is not ours is installed elsewhere, and NODE_MODULES says where.
const ical = createRequire(`${process.env.NODE_MODULES}/`)('node-ical');
// It looks at starts only, and overrides may have been moved from anywhere near.
const MARGIN = 90 * 86400;

const seconds = (date) => Math.floor(date.getTime() / 1000);
const overlaps = (start, end, from, to) => (end > start ? start < to && end > from : start >= from && start < to);

function line(occurrence, from, to) {
  const start = seconds(occurrence.start);
  const end = Math.max(start, seconds(occurrence.end));
  const summary = String(occurrence.summary.val ?? occurrence.summary).replace(/[\x00-\x1f]/g, ' ');
  return overlaps(start, end, from, to) ? [[start, end, Number(occurrence.isFullDay), summary].join('\t')] : [];
}

function expand(path, from, to) {
  const reach = { from: new Date((from - MARGIN) * 1000), to: new Date((to + MARGIN) * 1000) };
  const events = Object.values(ical.sync.parseICS(readFileSync(path, 'utf8'))).filter((e) => e.type === 'VEVENT');
  const found = events.flatMap((event) => ical.expandRecurringEvent(event, reach));
  return [`=${path}`, ...found.flatMap((occurrence) => line(occurrence, from, to))];
}

for (const question of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const [from, to, timezone, path] = question.split('\t');
  process.env.TZ = timezone;
  process.stdout.write(`${expand(path, Number(from), Number(to)).join('\n')}\n`);
}
