"""What ``calsieve serve`` answers, decided without a socket: a directory, read the way the CDN serves it.

Does not list directories, follow links out of the directory, or show dot files. Sources: RFC 9110 for
validators and content negotiation, RFC 9111 for Cache-Control.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from calsieve.pages.security import CONTENT_SECURITY_POLICY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MEDIA_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
# A directory does not remember a feed's schedule, so all are kept as long as an hourly feed may be.
_FEED_CACHE, _PAGE_CACHE = "public, max-age=900", "no-cache"
_SECRET_PART = re.compile(r"[0-9A-Fa-f]{16,}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response; for HEAD the server leaves out ``body`` and keeps the headers."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


def answer(root: Path, method: str, target: str, headers: Mapping[str, str]) -> Answer:
    """Answer a request for ``target``; ``headers`` are looked up by their usual spelling."""
    if method not in ("GET", "HEAD"):
        return plain(405, "Only GET and HEAD are served here.", {"Allow": "GET, HEAD"})
    try:
        file = _find(root, target)
        return _served(file, headers) if file else _GONE
    except (OSError, RuntimeError):  # gone in between, a name too long, links in a circle
        return _GONE


def plain(status: int, text: str, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
    """Return a short answer in words, which nobody keeps."""
    body = f"{text}\n".encode()
    told = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
    return Answer(status, {**told, "Cache-Control": "no-store", **_SECURITY, **headers}, body)


def admits_gzip(accept_encoding: str) -> bool:
    """Tell whether an Accept-Encoding value allows gzip (RFC 9110 §12.5.3); ``q=0`` forbids it."""
    weights = dict(_weighed(part) for part in accept_encoding.lower().split(","))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0))) > 0


def masked(target: str) -> str:
    """Return a request target for the log: without its query and with secret path parts blotted out."""
    printable = "".join(char if char.isprintable() else "?" for char in target.partition("?")[0])
    return _SECRET_PART.sub("…", printable)[:200]


def _weighed(part: str) -> tuple[str, float]:
    """Return a coding and its weight, which is 1 if none is given and 0 if it can't be read."""
    coding, _, parameter = part.partition(";")
    name, _, value = parameter.strip().partition("=")
    try:
        return coding.strip(), float(value) if name == "q" else 1
    except ValueError:
        return coding.strip(), 0


def _find(root: Path, target: str) -> Path | None:
    """Return the file that is served under ``target``, or None; never one outside ``root``."""
    path = unquote(target.partition("?")[0].partition("#")[0])
    if path == "/":
        path = "/index.html"
    parts = path.removeprefix("/").split("/")
    if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    file = root.joinpath(*parts)
    inside = file.resolve().is_relative_to(root.resolve())
    # A twin is a variant of its file, not a page of its own.
    return file if inside and file.suffix in _MEDIA_TYPES and file.is_file() else None


def _served(file: Path, headers: Mapping[str, str]) -> Answer:
    twin = file.with_name(file.name + ".gz")
    gzipped = admits_gzip(headers.get("Accept-Encoding", "")) and twin.is_file()
    body = (twin if gzipped else file).read_bytes()
    told = _headers(file, body, gzipped)
    if _matches(headers.get("If-None-Match", ""), told["ETag"]):
        return Answer(304, {name: told[name] for name in ("ETag", "Cache-Control", "Vary")})
    return Answer(200, told, body)


def _headers(file: Path, body: bytes, gzipped: bool) -> dict[str, str]:
    headers = {
        "Content-Type": _MEDIA_TYPES[file.suffix],
        "Content-Length": str(len(body)),
        # Made of the bytes that are sent, so that the two variants have different strong ETags.
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "Cache-Control": _FEED_CACHE if file.suffix == ".ics" else _PAGE_CACHE,
        "Vary": "Accept-Encoding",
        **_SECURITY,
    }
    return headers | ({"Content-Encoding": "gzip"} if gzipped else {})


def _matches(if_none_match: str, etag: str) -> bool:
    candidates = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in candidates or "*" in candidates


_GONE = plain(404, "There is no such feed here.")
