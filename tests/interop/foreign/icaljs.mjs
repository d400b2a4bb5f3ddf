// What ical.js makes of calendars, a line each, for tests/interop and tests/corpus.
//
//   icaljs.mjs check                     paths on stdin → path TAB why it can't be read (nothing: it can)
//   icaljs.mjs occurrences               START TAB END TAB zone TAB path on stdin → "=" path, then
//                                        start TAB end TAB all-day TAB summary
//   icaljs.mjs offsets FILE              TZID TAB local time on stdin → its offset from UTC in seconds
//
// Instants are seconds since 1970, local times the same as if they were UTC. Dates and floating times are of the
// zone of the question. What a rule means, and what RANGE=THISANDFUTURE does, is ical.js' own affair; that overrides
// stand in for their slots, and which occurrences overlap START to END (RFC 4791 §9.9), is decided here. A file that
// it can't expand has a line "!" and why.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

// What is not ours is installed elsewhere, and NODE_MODULES says where.
const ICAL = createRequire(`${process.env.NODE_MODULES}/`)('ical.js');
const MOST_STEPS = 200000;
const MOST_MILLISECONDS = Number(process.env.MOST_MILLISECONDS ?? 3000); // for one calendar, by the clock on the wall

// An override may put what comes after it at another time, by as much.
const REACH = 400 * 86400;

const lines = () => readFileSync(0, 'utf8').split('\n').filter(Boolean);
const oneLine = (error) => String(error.message ?? error).replace(/\s+/g, ' ').slice(0, 200);

function calendarsIn(path) {
  const parsed = ICAL.parse(readFileSync(path, 'utf8'));
  const all = Array.isArray(parsed[0]) ? parsed : [parsed];
  return all.map((one) => new ICAL.Component(one));
}

function instant(time) {
  const floats = time.isDate || !time.zone || time.zone === ICAL.Timezone.localTimezone;
  return floats ? localSeconds(time) : time.toUnixTime();
}

function localSeconds(time) {
  const date = new Date(2000, 0, 1);
  date.setFullYear(time.year, time.month - 1, time.day);
  date.setHours(time.isDate ? 0 : time.hour, time.isDate ? 0 : time.minute, time.isDate ? 0 : time.second, 0);
  return Math.floor(date.getTime() / 1000);
}

function* eventsOf(calendar) {
  const components = calendar.getAllSubcomponents('vevent');
  const overrides = new Map();
  for (const component of components.filter((c) => c.hasProperty('recurrence-id'))) {
    const uid = component.getFirstPropertyValue('uid');
    overrides.set(uid, [...(overrides.get(uid) ?? []), component]);
  }
  for (const component of components) {
    const event = new ICAL.Event(component, { exceptions: [], strictExceptions: true });
    const own = overrides.get(event.uid) ?? [];
    if (!event.isRecurrenceException()) own.filter(isRanged).forEach((override) => event.relateException(override));
    yield { event, slots: own.map((override) => override.getFirstPropertyValue('recurrence-id')) };
  }
}

const isRanged = (override) => override.getFirstProperty('recurrence-id').getParameter('range') === 'THISANDFUTURE';

function* occurrences({ event, slots }, end) {
  if (event.component.hasProperty('recurrence-id') || !event.isRecurring()) {
    yield { start: event.startDate, end: event.endDate, summary: event.summary };
    return;
  }
  const last = Object.keys(event.exceptions).length ? end + REACH : end;
  const iterator = event.iterator();
  const seen = new Set(); // an RDATE may repeat what the rule gives
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const start = iterator.next();
    if (!start || instant(start) >= last) return;
    if (slots.some((slot) => (slot.isDate ? slot.compareDateOnlyTz(start, start.zone) : slot.compare(start)) === 0)) continue;
    if (seen.has(start.toString())) continue;
    seen.add(start.toString());
    const { startDate, endDate, item } = event.getOccurrenceDetails(start);
    yield { start: startDate, end: endDate, summary: item.summary };
  }
  throw new Error('more steps than the bound');
}

const overlaps = (start, end, from, to) => (end > start ? start < to && end > from : start >= from && start < to);

function* shown(calendar, from, to) {
  for (const one of eventsOf(calendar)) {
    for (const occurrence of occurrences(one, to)) {
      const start = instant(occurrence.start);
      const end = Math.max(start, instant(occurrence.end));
      const summary = (occurrence.summary ?? '').replace(/[\x00-\x1f]/g, ' ');
      if (overlaps(start, end, from, to)) yield [start, end, Number(occurrence.start.isDate), summary].join('\t');
    }
  }
}

function check(path) {
  try {
    calendarsIn(path).forEach((calendar) => calendar.getAllSubcomponents('vevent').forEach((c) => new ICAL.Event(c).startDate));
    return `${path}\t`;
  } catch (error) {
    return `${path}\t${oneLine(error) || 'it threw'}`;
  }
}

let question;
globalThis.answer = () => calendarsIn(question.path).flatMap((calendar) => [...shown(calendar, question.from, question.to)]);
const answer = new Script('answer()');

function expand(line) {
  const [from, to, timezone, path] = line.split('\t');
  if (process.env.TZ !== timezone) process.env.TZ = timezone;
  question = { path, from: Number(from), to: Number(to) };
  try {
    return [`=${path}`, ...answer.runInThisContext({ timeout: MOST_MILLISECONDS })].join('\n');
  } catch (error) {
    return `=${path}\n!${oneLine(error)}`;
  }
}

function offsets(path) {
  const [calendar] = calendarsIn(path);
  return lines().map((line) => {
    const [tzid, wall] = line.split('\t');
    const local = ICAL.Time.fromJSDate(new Date(Number(wall) * 1000), true);
    local.zone = calendar.getTimeZoneByID(tzid);
    return Number(wall) - local.toUnixTime();
  });
}

const [job, file] = process.argv.slice(2);
const jobs = {
  check: () => lines().map(check),
  occurrences: () => lines().map(expand),
  offsets: () => offsets(file),
};
process.stdout.write(`${jobs[job]().join('\n')}\n`);
