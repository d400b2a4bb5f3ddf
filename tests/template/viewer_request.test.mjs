// `make check` runs these with `node --test` where there is a node. The function runs as CloudFront would run it:
// alone in a context, its handler called with an event of CloudFront's shape.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const context = vm.createContext({});
vm.runInContext(readFileSync(new URL('../../functions/edge/viewer_request.js', import.meta.url), 'utf8'), context);

function answer(uri, acceptEncoding) {
  const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': { value: acceptEncoding } };
  return context.handler({ version: '1.0', request: { method: 'GET', uri, querystring: {}, headers, cookies: {} } });
}

for (const header of ['gzip', 'br, gzip, deflate', 'GZIP', 'x-gzip', 'gzip;q=0.5', 'gzip ; q=1.000', '*', 'identity;q=0, *;q=0.1', ' gzip']) {
  test(`"${header}" admits gzip`, () => assert.equal(answer('/5ec/team.ics', header).uri, '/5ec/team.ics.gz'));
}

for (const header of [undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000', '*;q=0', 'gzip;q=0, *', 'gzipped', 'notgzip']) {
  test(`"${header}" does not admit gzip`, () => assert.equal(answer('/5ec/team.ics', header).uri, '/5ec/team.ics'));
}

for (const uri of ['/5ec/index.html', '/5ec/team.ics.gz', '/5ec/team.icsx', '/5ec/team.png']) {
  test(`${uri} has no twin`, () => assert.equal(answer(uri, 'gzip').uri, uri));
}

for (const uri of ['/', '/5ec/', '//', '/.', '/..', '/5ec/..', '/5ec/../', '/5ec/%2e%2e', '/5ec/%2E.', '/5ec//team.ics']) {
  test(`${uri} could be a listing and is not passed on`, () => assert.equal(answer(uri, 'gzip').statusCode, 404));
}

test('nothing else of the address is touched', () => {
  assert.equal(answer('/5ec/T%C3%A4am%20one.ics', 'gzip').uri, '/5ec/T%C3%A4am%20one.ics.gz');
});
