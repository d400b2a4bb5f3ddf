"""What lies beside a file: a page to look at, and word of what changed. Both tell only what the file does.

Nothing here keeps a calendar from being published. What could not be written or told is told as a problem, not
remembered as done, and done by the next run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from calsieve.core.agenda import agenda
from calsieve.core.changes import changes
from calsieve.core.notices import compared, letter, noticed
from calsieve.core.stale import STALE_UID
from calsieve.core.zones.iana import iana_zone
from calsieve.errors import Conflict, NoticeError, PublishError
from calsieve.models import Document
from calsieve.paths import ATOM, PAGE
from calsieve.refresh.outgoing import ENGINE, hashed, max_age
from calsieve.state import Told, origin, packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from calsieve.models import Feed, Notice, Stored, View
    from calsieve.paths import Place
    from calsieve.refresh.incoming import Part
    from calsieve.refresh.outgoing import Made
    from calsieve.refresh.outside import Outside
    from calsieve.state import FileState

# Raise it when pages are made otherwise: all are then made again.
_PAGES = 1


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside one file, at each of its stems. ``problems`` are told in plain words."""

    feed: Feed
    view: View
    place: Place
    parts: Sequence[Part]
    outside: Outside
    now: datetime
    problems: list[str]

    def is_current(self, known: FileState) -> bool:
        """Tell whether all that should be beside the file that is known is there, and nothing is left to be told."""
        told = known.told.digest if known.told else None
        return (
            known.page == self._page_mark(known.report.timezone)
            and known.atom == self._has_atom
            and told == (known.digest if self._tells else None)
        )

    def seen(self) -> dict[str, Stored | None]:
        """Read what is there. To be done before the file itself is looked at again: then nothing newer is replaced."""
        suffixes = [PAGE] * self.feed.page + [ATOM] * self._has_atom
        return {
            stem + suffix: self.outside.publisher.read(stem + suffix)
            for stem in self.place.stems
            for suffix in suffixes
        }

    def brought_up(self, made: Made, seen: Mapping[str, Stored | None]) -> FileState:
        """Write page and Atom file, send the mail, and return what to remember of the file with all that is done."""
        told, notices = self._news(made)
        heard = self._atom_written(notices, seen) and self._mailed(notices, made)
        mark = self._page_mark(made.state.report.timezone)
        shown = mark is None or self._page_written(made, seen)
        return replace(
            made.state,
            page=mark if shown else "",
            atom=self._has_atom,
            told=told if heard else made.state.told,
        )

    # ── word of what changed ──

    @property
    def _has_atom(self) -> bool:
        return self.feed.notices is not None and self.feed.notices.atom

    @property
    def _has_mail(self) -> bool:
        """Mails tell of the feed's own file only: whoever gets them need not hear of it twice."""
        return self.feed.notices is not None and self.feed.notices.mail and self.view.name == self.feed.name

    @property
    def _tells(self) -> bool:
        return self._has_atom or self._has_mail

    def _news(self, made: Made) -> tuple[Told | None, Sequence[Notice]]:
        """Return the file that has been told of from now on, and what is new in it."""
        if not self._tells:
            return None, ()
        shape = hashed(ENGINE, self.view.policy, [(source.name, origin(source)) for source in self.feed.sources])
        told, state = made.state.told, made.state
        if told and told.shape == shape and told.digest == state.digest:
            return told, ()
        new = Told(shape, state.digest, state.published_at, packed(made.body))
        # What the first file holds is no news, nor what a change of the settings made of it.
        return new, self._noticed(told, made) if told and told.shape == shape else ()

    def _noticed(self, told: Told, made: Made) -> Sequence[Notice]:
        assert self.feed.notices  # noqa: S101 - else nothing was told
        zone = made.state.report.timezone
        start, end = compared(self.view.policy.window, zone, told.at, self.now)
        before, after = (
            [shown for shown in agenda(body, start, end, zone) if shown.uid != STALE_UID]
            for body in (told.body, made.body)
        )
        differences = changes(before, after) if start < end else ()
        return noticed(differences, ahead=self.feed.notices.ahead, timezone=zone, now=self.now, since=told.digest)

    def _atom_written(self, notices: Sequence[Notice], seen: Mapping[str, Stored | None]) -> bool:
        if not self._has_atom:
            return True
        from calsieve.core.atom import CONTENT_TYPE, atom

        at = {stem: seen[stem + ATOM] for stem in self.place.stems}
        known = next((there.body for there in at.values() if there), None)  # goes on at a new address
        written = True
        for stem, there in at.items():
            previous = there.body if there else known
            body = atom(self._title, notices, previous, path=stem, now=self.now, page=self.feed.page)
            written &= self._write(stem + ATOM, body, CONTENT_TYPE, there)
        return written

    def _mailed(self, notices: Sequence[Notice], made: Made) -> bool:
        if not (self._has_mail and notices and self.outside.notifier):
            return True
        subject, text = letter(self._title, notices, made.state.report.timezone)
        try:
            self.outside.notifier.tell(self.feed.name, subject, text)
        except NoticeError as error:
            self.problems.append(str(error))
            return False
        return True

    # ── the page ──

    @property
    def _title(self) -> str:
        return self.view.policy.title or self.view.name

    def _page_mark(self, timezone: str) -> str | None:
        """Return a hash of what the page says beyond what the file says; None if there is to be none."""
        if not self.feed.page:
            return None
        today = self.now.astimezone(iana_zone(timezone) or UTC).date()
        failing = [part.failing for part in self.parts if part.failing]
        return hashed(_PAGES, today, failing, self.outside.base, self.place.overlapping, self._has_atom)

    def _page_written(self, made: Made, seen: Mapping[str, Stored | None]) -> bool:
        from calsieve.pages.rendering import CONTENT_TYPE

        written = self._stylesheet_written()
        for stem, body in self._pages(made):
            written &= self._write(stem + PAGE, body, CONTENT_TYPE, seen[stem + PAGE])
        return written

    def _pages(self, made: Made) -> Iterator[tuple[str, bytes]]:
        """Yield the page for each stem: it shows its own address, and never another one that the file has."""
        from calsieve.pages.diary import agenda_reach
        from calsieve.pages.feed import feed_page
        from calsieve.pages.view import PageView, SourceView

        state, policy, name = made.state, self.view.policy, self.view.name
        zone = state.report.timezone
        view = PageView(
            title=self._title,
            now=self.now,
            report=state.report,
            published_at=state.published_at,
            refresh_every=policy.refresh_every,
            file=f"{name}.ics",
            agenda=agenda(made.body, *agenda_reach(self.now, zone), zone),
            sources=tuple(SourceView(part.name, _since(part)) for part in self.parts),
            failing=tuple(part.failing for part in self.parts if part.failing),
            colour=policy.colour,
            show=policy.show,
            atom=f"{name}{ATOM}" if self._has_atom else None,
        )
        ends = dict(self.place.overlapping)
        for stem in self.place.stems:
            address = f"{self.outside.base}/{stem}.ics" if self.outside.base else None
            yield stem, feed_page(replace(view, address=address, ends=ends.get(stem)))

    def _stylesheet_written(self) -> bool:
        from calsieve.pages.style import CONTENT_TYPE, MAX_AGE, stylesheet

        sheet, publisher = stylesheet(), self.outside.publisher
        if publisher.version(sheet.path):
            return True
        document = Document(sheet.body, CONTENT_TYPE, MAX_AGE)
        return self._put(sheet.path, document, None) or publisher.version(sheet.path) is not None

    # ── both ──

    def _write(self, path: str, body: bytes, content_type: str, there: Stored | None) -> bool:
        if there and there.body == body:
            return True
        return self._put(path, Document(body, content_type, max_age(self.view.policy)), there)

    def _put(self, path: str, document: Document, there: Stored | None) -> bool:
        """Write; tell whether that went well. Who wrote meanwhile may know more: theirs is not replaced."""
        try:
            self.outside.publisher.write(path, document, replaces=there)
        except Conflict:
            return False
        except PublishError as error:
            self.problems.append(f"{self.view.name}: {error}")
            return False
        return True


def _since(part: Part) -> datetime | None:
    return datetime.fromisoformat(part.kept.fetched_at) if part.kept else None
