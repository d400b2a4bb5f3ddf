// What the programs around the JavaScript libraries share: their arguments, and what overlaps a window.
//
//   program INPUT OUTPUT START END ZONE
//
// START and END are seconds since 1970. ZONE, the zone of dates and floating times, is the environment's TZ too,
// so that the local time of a Date is right.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [source, target, start, end] = process.argv.slice(2);

// What is not ours is installed elsewhere, and NODE_MODULES says where.
export const library = createRequire(`${process.env.NODE_MODULES}/`);
export const from = new Date(Number(start) * 1000);
export const to = new Date(Number(end) * 1000);
export const input = () => readFileSync(source, 'utf8');
export const output = (text) => writeFileSync(target, text);

// RFC 4791 §9.9, of Dates.
export const shows = (first, last) => (last > first ? first < to && last > from : first >= from && first < to);

// Map.groupBy, which Node has from 21 on.
export function grouped(things, key) {
  const groups = new Map();
  for (const thing of things) {
    const group = groups.get(key(thing));
    if (group) group.push(thing);
    else groups.set(key(thing), [thing]);
  }
  return groups;
}
