// Runs in CloudFront (cloudfront-js-2.0) before the cache is asked. The template holds a copy: `make edge`.
//
// CloudFront does not compress text/calendar, so each calendar lies beside a `.gz` twin. The address
// that this function returns is the cache key, so the cache keeps both and never mixes them up.
// It decodes and normalises nothing.

var LISTING = /\/(\/|\.|%2e|$)/i; // '/', '/a/', '//', '/../': S3 could answer these with a listing of the bucket
var NO_GZIP = /^0(\.0*)?$/;

function handler(event) {
  var request = event.request;
  if (LISTING.test(request.uri)) {
    return { statusCode: 404, statusDescription: 'Not Found' };
  }
  if (request.uri.endsWith('.ics') && admitsGzip(request.headers['accept-encoding'])) {
    request.uri += '.gz';
  }
  return request;
}

// RFC 9110, 12.5.3: `gzip` or its alias `x-gzip` decides, else `*`; a weight of 0 refuses; no header, no gzip.
function admitsGzip(header) {
  var weights = {};
  (header ? header.value : '').toLowerCase().split(',').forEach(function (item) {
    var parts = item.split(';');
    var weight = /^\s*q\s*=\s*([0-9.]+)\s*$/.exec(parts[1] || '');
    weights[parts[0].trim()] = weight ? weight[1] : '1';
  });
  var gzip = weights.gzip || weights['x-gzip'] || weights['*'] || '0';
  return !NO_GZIP.test(gzip);
}
