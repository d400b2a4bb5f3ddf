// ts-ics reads, says when events and their occurrences are, and writes.
import { grouped, input, library, output, shows, to } from './common.mjs';

const { convertIcsCalendar, extendByRecurrenceRule, generateIcsCalendar, getEventEnd } = library('ts-ics');

function isShown(events) {
  const taken = events.flatMap((event) => (event.recurrenceId ? [event.recurrenceId.value.date] : []));
  return events.some((event) => showsOne(event, taken));
}

function showsOne(event, taken) {
  const start = event.start.date;
  const length = getEventEnd(event) - start;
  if (!event.recurrenceRule) return shows(start, new Date(+start + length));
  const exceptions = [...(event.exceptionDates ?? []).map((exception) => exception.date), ...taken];
  const starts = extendByRecurrenceRule(event.recurrenceRule, { start, end: to, exceptions });
  return starts.some((at) => shows(at, new Date(+at + length)));
}

const calendar = convertIcsCalendar(undefined, input());
const groups = grouped(calendar.events, (event) => event.uid);
calendar.events = [...groups.values()].filter(isShown).flat();
output(generateIcsCalendar(calendar));
