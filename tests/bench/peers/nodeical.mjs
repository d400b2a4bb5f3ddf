// node-ical reads and says which events show something. It can't write: what is kept is copied from the input.
import { from, input, library, output, shows, to } from './common.mjs';

const ical = library('node-ical');
const MARGIN = 40 * 86400000; // it looks at starts only, and an override may lie elsewhere than its slot

const reach = { from: new Date(from - MARGIN), to: new Date(+to + MARGIN) };

const isShown = (event) =>
  event.rrule || event.recurrences
    ? ical.expandRecurringEvent(event, reach).some((occurrence) => shows(occurrence.start, occurrence.end))
    : shows(event.start, event.end ?? event.start);

const text = input();
const events = Object.values(ical.sync.parseICS(text)).filter((event) => event.type === 'VEVENT');
const kept = new Set(events.filter(isShown).map((event) => event.uid));
const uidOf = (component) => /^UID:(.*)$/m.exec(component.replace(/\r\n[ \t]/g, ''))?.[1].trim();
output(text.replace(/^BEGIN:VEVENT[^]*?^END:VEVENT\r\n/gm, (component) => (kept.has(uidOf(component)) ? component : '')));
