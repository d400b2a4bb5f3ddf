"""What a preview shows, whether as text or as JSON."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from calsieve.adapters.twin import compressed
from calsieve.models import Change, Level
from calsieve.rehearsal import Rehearsal

# Quick enough for large sources, and within some hundredths of what a server makes of them.
_LEVEL = 6


class Size(NamedTuple):
    """Bytes, and bytes compressed by gzip."""

    bytes: int
    gzipped: int


def together(sizes: Iterable[Size]) -> Size:
    """Return the sum of sizes."""
    plain, gzipped = 0, 0
    for size in sizes:
        plain, gzipped = plain + size.bytes, gzipped + size.gzipped
    return Size(plain, gzipped)


class Previewed(NamedTuple):
    """A rehearsal of the file ``name`` of a feed, what is ``published`` of it now, and what would change for people.

    ``compared`` says whether it was looked at what is published. ``before`` are the sizes of the sources by name,
    ``after`` is that of what would be published. ``changes`` is None where that was not asked, or there is nothing to
    compare with.
    """

    feed: str
    name: str
    rehearsal: Rehearsal
    published: bytes | None
    changes: Sequence[Change] | None
    before: Mapping[str, Size]
    after: Size
    compared: bool

    @property
    def refused(self) -> bool:
        """Whether a refresh would not publish this, because a client would drop it."""
        return any(finding.level is Level.ERROR for finding in self.rehearsal.findings)


def previewed(
    feed: str,
    name: str,
    rehearsal: Rehearsal,
    published: bytes | None,
    changes: Sequence[Change] | None,
    *,
    compared: bool,
) -> Previewed:
    """Return a rehearsal with the sizes that it comes to."""
    before = {each.name: Size(len(each.body), _gzipped(each.body)) for each in rehearsal.sources}
    after = Size(len(rehearsal.cleaned.body), len(compressed(rehearsal.cleaned.body)))
    return Previewed(feed, name, rehearsal, published, changes, before, after, compared)


def _gzipped(body: bytes) -> int:
    return len(gzip.compress(body, _LEVEL, mtime=0)) if body else 0
