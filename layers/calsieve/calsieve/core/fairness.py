"""Which feeds have to share: those that ask the same upstream. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from calsieve.models import Feed, Source


def fair_group(feed: Feed) -> str:
    """Return the group of a feed's first source."""
    return group_of(feed.sources[0])


def group_of(source: Source) -> str:
    """Return 32 hex digits that are the same for sources at the same host.

    A source that is a reference to a stored secret counts as a host of its own: who asks may not read
    it. The digits are a hash, because queues and logs show them and hosts are nobody's business.
    """
    url = source.url
    upstream = (urlsplit(url.value).hostname or "") if url.scheme == "literal" else str(url)
    return hashlib.sha256(upstream.encode()).hexdigest()[:32]
