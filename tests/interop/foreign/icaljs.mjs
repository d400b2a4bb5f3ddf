// What ical.js makes of calendars, a line each, for tests/interop and tests/corpus.
//
//   icaljs.mjs check                     paths on stdin → path TAB why it can't be read (nothing: it can)
//   icaljs.mjs occurrences START END     paths on stdin → "=" path, then start TAB end TAB all-day TAB summary
//   icaljs.mjs offsets FILE              TZID TAB local time on stdin → its offset from UTC in seconds
//
// Instants are seconds since 1970, local times the same as if they were UTC. Dates and floating times are of the zone that TZ names. What a rule means is
// ical.js' own affair; that overrides stand in for their slots, and which occurrences overlap START to END
// (RFC 4791 §9.9), is decided here. A file that it can't expand has one line "!" and why.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// What is not ours is installed elsewhere, and NODE_MODULES says where.
const ICAL = createRequire(`${process.env.NODE_MODULES}/`)('ical.js');
const MOST_STEPS = 400000;

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
    overrides.set(uid, [...(overrides.get(uid) ?? []), component.getFirstPropertyValue('recurrence-id')]);
  }
  for (const component of components) {
    const event = new ICAL.Event(component, { exceptions: [], strictExceptions: true });
    yield { event, slots: overrides.get(event.uid) ?? [] };
  }
}

function* occurrences({ event, slots }, end) {
  if (event.component.hasProperty('recurrence-id') || !event.isRecurring()) {
    yield { start: event.startDate, end: event.endDate };
    return;
  }
  const iterator = event.iterator();
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const start = iterator.next();
    if (!start || instant(start) >= end) return;
    if (slots.some((slot) => (slot.isDate ? slot.compareDateOnlyTz(start, start.zone) : slot.compare(start)) === 0)) continue;
    yield { start, end: event.getOccurrenceDetails(start).endDate };
  }
}

const overlaps = (start, end, from, to) => (end > start ? start < to && end > from : start >= from && start < to);

function* shown(calendar, from, to) {
  for (const one of eventsOf(calendar)) {
    for (const occurrence of occurrences(one, to)) {
      const start = instant(occurrence.start);
      const end = Math.max(start, instant(occurrence.end));
      const summary = (one.event.summary ?? '').replace(/[\x00-\x1f]/g, ' ');
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

function expand(path, from, to) {
  try {
    return [`=${path}`, ...calendarsIn(path).flatMap((calendar) => [...shown(calendar, from, to)])].join('\n');
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

const [job, first, last] = process.argv.slice(2);
const jobs = {
  check: () => lines().map(check),
  occurrences: () => lines().map((path) => expand(path, Number(first), Number(last))),
  offsets: () => offsets(first),
};
process.stdout.write(`${jobs[job]().join('\n')}\n`);
