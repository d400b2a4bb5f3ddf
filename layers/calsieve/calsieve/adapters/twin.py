"""The compressed twin that every published calendar has.

CloudFront does not compress text/calendar, so the compressed form is stored beside the plain one and
the viewer-request function picks it.
"""

from __future__ import annotations

import gzip
import io
import zlib


def twin_path(path: str) -> str | None:
    """Return where the twin of ``path`` is stored; None if it is no calendar, and has none."""
    return f"{path}.gz" if path.endswith(".ics") else None


def compressed(body: bytes) -> bytes:
    """Return ``body`` as gzip (RFC 1952) without time or name: the same body gives the same bytes."""
    # Not gzip.compress: its header differs between Python versions.
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(body)
    return buffer.getvalue()


def is_twin(twin: bytes, body: bytes) -> bool:
    """Tell whether ``twin`` is ``body`` compressed, by whatever version of zlib."""
    try:
        return gzip.decompress(twin) == body
    except (OSError, EOFError, zlib.error):
        return False
