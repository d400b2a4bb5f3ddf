"""The one stylesheet of all pages, under a name that changes with it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import NamedTuple

CONTENT_TYPE = "text/css; charset=utf-8"
MAX_AGE = 31_536_000  # seconds: its name stands for its content


class Stylesheet(NamedTuple):
    """``path`` is where it is published, beside the secret directories of the feeds."""

    path: str
    body: bytes


@cache
def stylesheet() -> Stylesheet:
    """Return the stylesheet. Older ones have to stay: a page that is not renewed needs the one of its day."""
    body = resources.files(__package__).joinpath("templates", "style.css").read_bytes()
    return Stylesheet(f"style-{hashlib.sha256(body).hexdigest()[:12]}.css", body)
