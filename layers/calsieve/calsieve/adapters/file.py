"""The Fetcher for file:// URLs, for one's own machine only: it reads whatever the process may read."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from calsieve.adapters.unpacking import PIECE, gathered, gunzipped
from calsieve.errors import UpstreamRefused
from calsieve.models import Fetched, NotModified, Validators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calsieve.models import Source
    from calsieve.ports import Secrets


class FileFetcher:
    """Reads calendars from files, plain or gzipped, of at most ``max_bytes`` after decompression."""

    def __init__(self, secrets: Secrets, max_bytes: int = 100_000_000) -> None:
        self._secrets = secrets
        self._max_bytes = max_bytes

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return the file's bytes, or NotModified if its SHA-256 still is the ETag in ``validators``.

        Raises UpstreamRefused for what is no readable regular file, UpstreamTooLarge, SecretError, and
        UpstreamUnavailable for a damaged gzip file.
        """
        path = _path(source.name, self._secrets.resolve(source.url).strip())
        body = gathered(source.name, gunzipped(source.name, _pieces(source.name, path)), self._max_bytes)
        etag = sha256(body).hexdigest()
        return NotModified() if etag == validators.etag else Fetched(body=body, validators=Validators(etag))


def _path(source: str, url: str) -> Path:
    try:
        path = Path(url2pathname(urlsplit(url).path))
        if path.is_file():  # a pipe or device might never end
            return path
    except (OSError, ValueError):  # its text quotes the path
        pass
    raise UpstreamRefused(source, "its file is not there, or is no regular file: correct its file:// address")


def _pieces(source: str, path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
        return
    except OSError:  # its text quotes the path
        pass
    raise UpstreamRefused(source, "its file can't be read: check its permissions")
