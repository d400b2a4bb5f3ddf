"""What every Publisher and every StateStore must do; each adapter's tests inherit it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, MutableMapping

import pytest

from calsieve.errors import Conflict, PublishError
from calsieve.models import Document, Stored
from calsieve.ports import Publisher, StateArchive, StateStore

PATH = "0123456789abcdef0123456789abcdef/team.ics"
TWIN = f"{PATH}.gz"
PAGE = f"{PATH.removesuffix('.ics')}.html"
UNSAFE = [
    "",
    "/etc/passwd",
    "../up.ics",
    "a/../../up.ics",
    "a//b.ics",
    "./a.ics",
    "a/",
    "a\0.ics",
    "a\\b.ics",
    ".lock",
]


def document(text: str = "one") -> Document:
    return Document(
        f"BEGIN:VCALENDAR\r\nX-TEST:{text}\r\nEND:VCALENDAR\r\n".encode(), "text/calendar; charset=utf-8", 900
    )


class PublisherContract:
    """Subclasses give ``files``, a back door to what is stored (path to bytes), and ``publisher`` on it."""

    @pytest.fixture
    def files(self) -> Iterator[MutableMapping[str, bytes]]:
        raise NotImplementedError

    def test_nothing_is_there_at_first(self, publisher: Publisher) -> None:
        assert publisher.read(PATH) is None
        assert publisher.version(PATH) is None

    def test_what_is_written_is_read_back_with_its_version(self, publisher: Publisher) -> None:
        version = publisher.write(PATH, document(), replaces=None)
        assert publisher.read(PATH) == Stored(document().body, version)
        assert publisher.version(PATH) == version

    def test_what_is_read_can_be_replaced(self, publisher: Publisher) -> None:
        first = publisher.write(PATH, document("one"), replaces=None)
        second = publisher.write(PATH, document("two"), replaces=publisher.read(PATH))
        assert second != first
        assert publisher.read(PATH) == Stored(document("two").body, second)
        assert publisher.version(PATH) == second

    def test_the_twin_is_the_same_in_gzip_without_a_time(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        publisher.write(PATH, document("one"), replaces=None)
        publisher.write(PATH, document("two"), replaces=publisher.read(PATH))
        assert gzip.decompress(files[TWIN]) == document("two").body == files[PATH]
        assert files[TWIN][3:8] == b"\0" * 5  # RFC 1952 §2.3: no flags (name), no time

    def test_something_is_not_written_over_by_a_first_write(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        publisher.write(PATH, document("one"), replaces=None)
        before = dict(files)
        with pytest.raises(Conflict):
            publisher.write(PATH, document("two"), replaces=None)
        assert dict(files) == before

    def test_a_newer_version_is_not_written_over(self, publisher: Publisher, files: MutableMapping[str, bytes]) -> None:
        publisher.write(PATH, document("one"), replaces=None)
        old = publisher.read(PATH)
        publisher.write(PATH, document("two"), replaces=old)
        before = dict(files)
        with pytest.raises(Conflict):
            publisher.write(PATH, document("three"), replaces=old)
        assert dict(files) == before

    def test_what_was_deleted_is_a_conflict_not_a_failure(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        publisher.write(PATH, document("one"), replaces=None)
        old = publisher.read(PATH)
        del files[PATH]
        with pytest.raises(Conflict):
            publisher.write(PATH, document("two"), replaces=old)

    def test_a_file_without_its_twin_has_no_version(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        publisher.write(PATH, document(), replaces=None)
        del files[TWIN]
        assert publisher.version(PATH) is None

    def test_a_twin_without_its_file_has_no_version(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        publisher.write(PATH, document(), replaces=None)
        del files[PATH]
        assert publisher.version(PATH) is None

    def test_a_file_with_an_older_twin_has_no_version_until_written_again(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        publisher.write(PATH, document("one"), replaces=None)
        files[PATH] = document("two").body  # as if cut off between the two writes
        assert publisher.version(PATH) is None
        version = publisher.write(PATH, document("two"), replaces=publisher.read(PATH))
        assert publisher.version(PATH) == version
        assert gzip.decompress(files[TWIN]) == document("two").body

    def test_what_is_no_calendar_has_no_twin(self, publisher: Publisher, files: MutableMapping[str, bytes]) -> None:
        page = Document(b"<!doctype html>", "text/html; charset=utf-8", 300)
        version = publisher.write(PAGE, page, replaces=None)
        assert dict(files) == {PAGE: page.body}
        assert publisher.version(PAGE) == version
        assert publisher.read(PAGE) == Stored(page.body, version)

    def test_what_is_deleted_is_gone_with_its_twin(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        page = Document(b"<!doctype html>", "text/html; charset=utf-8", 300)
        for path in (PATH, PAGE):
            publisher.write(path, document() if path == PATH else page, replaces=None)
        publisher.delete(PATH)
        assert (publisher.read(PATH), publisher.version(PATH)) == (None, None)
        assert dict(files) == {PAGE: page.body}
        publisher.delete(PAGE)
        assert dict(files) == {}

    def test_half_of_a_pair_and_nothing_at_all_can_be_deleted(
        self, publisher: Publisher, files: MutableMapping[str, bytes]
    ) -> None:
        publisher.delete(PATH)
        publisher.write(PATH, document(), replaces=None)
        del files[PATH]
        publisher.delete(PATH)
        assert dict(files) == {}

    def test_what_was_deleted_can_be_written_again(self, publisher: Publisher) -> None:
        publisher.write(PATH, document(), replaces=None)
        publisher.delete(PATH)
        version = publisher.write(PATH, document(), replaces=None)
        assert publisher.version(PATH) == version

    def test_it_is_known_whether_there_are_calendars(self, publisher: Publisher) -> None:
        assert not publisher.has_calendars()
        publisher.write(PAGE, Document(b"<!doctype html>", "text/html", 300), replaces=None)
        publisher.write("photos/team.ics", document(), replaces=None)  # somebody else's
        assert not publisher.has_calendars()
        publisher.write(PATH, document(), replaces=None)
        assert publisher.has_calendars()
        publisher.delete(PATH)
        assert not publisher.has_calendars()

    def test_paths_do_not_touch_each_other(self, publisher: Publisher) -> None:
        publisher.write(PATH, document("one"), replaces=None)
        publisher.write("other/team.ics", document("two"), replaces=None)
        stored = publisher.read(PATH)
        assert stored is not None
        assert stored.body == document("one").body

    @pytest.mark.parametrize("path", UNSAFE)
    def test_unsafe_paths_are_refused(self, publisher: Publisher, files: MutableMapping[str, bytes], path: str) -> None:
        with pytest.raises(PublishError):
            publisher.read(path)
        with pytest.raises(PublishError):
            publisher.version(path)
        with pytest.raises(PublishError):
            publisher.write(path, document(), replaces=None)
        with pytest.raises(PublishError):
            publisher.delete(path)
        assert dict(files) == {}


class StateStoreContract:
    """Subclasses give ``store``, empty."""

    def test_nothing_is_remembered_at_first(self, store: StateStore) -> None:
        assert store.load("feeds/team") is None

    def test_what_is_saved_is_loaded(self, store: StateStore) -> None:
        store.save("feeds/team", b"\0one", replaces=None)
        stored = store.load("feeds/team")
        assert stored is not None
        assert stored.body == b"\0one"

    def test_what_is_loaded_can_be_replaced(self, store: StateStore) -> None:
        store.save("feeds/team", b"one", replaces=None)
        store.save("feeds/team", b"two", replaces=store.load("feeds/team"))
        stored = store.load("feeds/team")
        assert stored is not None
        assert stored.body == b"two"

    def test_something_is_not_saved_over_by_a_first_save(self, store: StateStore) -> None:
        store.save("feeds/team", b"one", replaces=None)
        with pytest.raises(Conflict):
            store.save("feeds/team", b"two", replaces=None)

    def test_a_newer_state_is_not_saved_over(self, store: StateStore) -> None:
        store.save("feeds/team", b"one", replaces=None)
        old = store.load("feeds/team")
        store.save("feeds/team", b"two", replaces=old)
        with pytest.raises(Conflict):
            store.save("feeds/team", b"three", replaces=old)
        stored = store.load("feeds/team")
        assert stored is not None
        assert stored.body == b"two"

    @pytest.mark.parametrize("key", UNSAFE)
    def test_unsafe_keys_are_refused(self, store: StateStore, key: str) -> None:
        with pytest.raises(PublishError):
            store.load(key)
        with pytest.raises(PublishError):
            store.save(key, b"one", replaces=None)


class StateArchiveContract(StateStoreContract):
    """Subclasses give ``store``, empty."""

    def test_keys_are_listed_below_a_part_of_them(self, store: StateArchive) -> None:
        assert store.keys("feeds/") == []
        for key in ("feeds/team", "feeds/club", "feedsother", "history/team"):
            store.save(key, b"one", replaces=None)
        assert store.keys("feeds/") == ["feeds/club", "feeds/team"]

    def test_what_is_forgotten_is_gone_and_can_be_remembered_again(self, store: StateArchive) -> None:
        store.forget("feeds/team")
        for key in ("feeds/team", "feeds/club"):
            store.save(key, b"one", replaces=None)
        store.forget("feeds/team")
        assert store.load("feeds/team") is None
        assert store.keys("feeds/") == ["feeds/club"]
        store.save("feeds/team", b"two", replaces=None)
        assert store.keys("feeds/") == ["feeds/club", "feeds/team"]
