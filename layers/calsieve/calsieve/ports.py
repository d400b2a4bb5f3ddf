"""What the inside asks of the outside. Adapters implement these; wiring chooses among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from calsieve.models import Document, Fetched, NotModified, Secret, Source, Stored, Validators


class Fetcher(Protocol):
    """Reads one upstream."""

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return the complete body, or NotModified if ``validators`` still hold.

        Does not judge whether the body is a good calendar beyond what the transfer shows.
        Raises a SourceError that names the source and no URL.
        """
        ...


class Publisher(Protocol):
    """Where clients read. Paths are relative, use ``/`` and have no empty, ``.`` or ``..`` part.

    A calendar (``.ics``) has a gzip twin beside it; nothing else has.
    """

    def read(self, path: str) -> Stored | None:
        """Return what is published at ``path``, or None."""
        ...

    def version(self, path: str) -> str | None:
        """Return the version of what is published at ``path``, or None if it or its twin is not there.

        None also if the twin belongs to another version: then a write was cut short, and has to be repeated.
        """
        ...

    def write(self, path: str, document: Document, *, replaces: Stored | None) -> str:
        """Publish, with the twin, if what is there still is ``replaces``, and return the new version.

        ``replaces=None`` means that nothing may be there. Raises Conflict, or PublishError.
        """
        ...

    def delete(self, path: str) -> None:
        """Take away what is published at ``path``, whatever it is, and its twin. Raises PublishError."""
        ...

    def has_calendars(self) -> bool:
        """Tell whether any calendar is published here, of whatever feed. Raises PublishError."""
        ...


class StateStore(Protocol):
    """Where a refresh remembers the last good state of a feed. Never readable by clients."""

    def load(self, key: str) -> Stored | None:
        """Return what is remembered under ``key``, or None."""
        ...

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        """Remember ``body``, if what is there still is ``replaces``. Raises Conflict, or PublishError."""
        ...


class StateArchive(StateStore, Protocol):
    """A StateStore that can be looked through, and made to forget."""

    def keys(self, below: str) -> list[str]:
        """Return the keys that begin with ``below``, a part of a path that ends with ``/``; sorted."""
        ...

    def forget(self, key: str) -> None:
        """Forget what is remembered under ``key``, if anything is. Raises PublishError."""
        ...


class Secrets(Protocol):
    """Turns a Secret into its value."""

    def resolve(self, secret: Secret) -> str:
        """Return the value. Raises SecretError naming the reference."""
        ...


class Notifier(Protocol):
    """Tells people of changes, by mail."""

    def tell(self, feed: str, subject: str, text: str) -> None:
        """Hand over one message about ``feed``; whether it arrives is not known. Raises NoticeError.

        A long ``subject`` or ``text`` may be cut. Who is told twice hears it twice.
        """
        ...
