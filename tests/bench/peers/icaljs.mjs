// ical.js reads, says when events and their occurrences are, and writes.
import { grouped, input, library, output, shows, to } from './common.mjs';

const ICAL = library('ical.js');

const uidOf = (component) => component.getFirstPropertyValue('uid');
const showsItself = (event) => shows(event.startDate.toJSDate(), event.endDate.toJSDate());

function isShown(components) {
  // Without `exceptions` each event would look through the whole calendar for its overrides.
  const events = components.map((component) => new ICAL.Event(component, { exceptions: [] }));
  const overrides = events.filter((event) => event.isRecurrenceException());
  const master = events.find((event) => !event.isRecurrenceException());
  if (overrides.some(showsItself)) return true;
  return master?.isRecurring() ? repeats(master, overrides) : master !== undefined && showsItself(master);
}

function repeats(master, overrides) {
  overrides.forEach((override) => master.relateException(override));
  const slots = master.iterator();
  for (let slot = slots.next(); slot && slot.toJSDate() < to; slot = slots.next()) {
    const { startDate, endDate } = master.getOccurrenceDetails(slot);
    if (shows(startDate.toJSDate(), endDate.toJSDate())) return true;
  }
  return false;
}

const calendar = new ICAL.Component(ICAL.parse(input()));
const groups = grouped(calendar.getAllSubcomponents('vevent'), uidOf);
const kept = new Set([...groups].filter(([, components]) => isShown(components)).map(([uid]) => uid));

// Removing what goes from a calendar takes time by the square of their number; a new one doesn't.
const small = new ICAL.Component('vcalendar');
calendar.getAllProperties().forEach((property) => small.addProperty(property));
calendar
  .getAllSubcomponents()
  .filter((component) => component.name !== 'vevent' || kept.has(uidOf(component)))
  .forEach((component) => small.addSubcomponent(component));
output(small.toString());
