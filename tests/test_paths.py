from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.errors import Conflict, PublishError
from calsieve.models import Stored
from calsieve.paths import KEY_NAME, PathKey, checked, name_of, path_key, rotate
from calsieve.sealed import seal

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
KEY = PathKey(bytes(range(32)))
ROTATED = seal(b"calsieve-path-key 2", KEY.rotated("team", NOW))


def no_bytes(_: int) -> bytes:
    raise AssertionError("made another key")


def test_no_key_is_made_where_calendars_are_published_already() -> None:
    state, publisher = MemoryStateStore(), MemoryPublisher()
    publisher.files[PathKey(bytes(32)).place("team", NOW).path] = b""
    for refused in (
        lambda: path_key(state, no_bytes, publisher),
        lambda: rotate(state, "team", NOW, NOW, no_bytes, publisher),
    ):
        with pytest.raises(PublishError, match=r"^calendars are published there, but the path-key"):
            refused()
    assert state.files == {}
    publisher.files.clear()
    assert path_key(state, secrets.token_bytes, publisher) == path_key(state, no_bytes, publisher)


def test_a_key_that_somebody_made_meanwhile_is_taken() -> None:
    state = MemoryStateStore()

    class Raced(MemoryPublisher):
        def has_calendars(self) -> bool:
            state.save(KEY_NAME, bytes(32), replaces=None)
            return True  # published by that key

    assert path_key(state, no_bytes, Raced()) == PathKey(bytes(32))


def test_a_path_is_a_known_one_for_a_known_key() -> None:
    # printf team | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1e1f
    assert KEY.place("team", NOW).path == "1c5ce9ba9874d448f948aae8b7c77934/team.ics"
    # printf 'team\0001' | …
    assert KEY.rotated("team", NOW).place("team", NOW).path == "9ad101e1f730a90d6c54323d23a153b5/team.ics"


def test_paths_look_random_and_differ_by_feed_by_key_and_by_generation() -> None:
    keys = [KEY, PathKey(bytes(32)), KEY.rotated("a", NOW), KEY.rotated("a", NOW).rotated("a", NOW)]
    paths = [KEY.place("b", NOW).path, *(key.place("a", NOW).path for key in keys)]
    assert all(re.fullmatch(r"[0-9a-f]{32}/[ab]\.ics", path) for path in paths)
    assert len({path.split("/")[0] for path in paths}) == 5


# ── rotation ──


def test_the_earlier_path_is_served_until_its_end() -> None:
    old = KEY.place("team", NOW)
    key = KEY.rotated("team", NOW + 30 * DAY)
    new = key.place("team", NOW + 30 * DAY - SECOND)
    assert new.generation == 1
    assert new.stem != old.stem
    assert new.overlapping == ((old.stem, NOW + 30 * DAY),)
    assert new.stems == (new.stem, old.stem)
    assert new.ended == ()
    ended = key.place("team", NOW + 30 * DAY)
    assert (ended.stem, ended.overlapping, ended.ended) == (new.stem, (), (old.stem,))


def test_other_names_stay_where_they_are() -> None:
    assert KEY.rotated("team", NOW).place("other", NOW) == KEY.place("other", NOW)


def test_rotated_again_all_earlier_paths_end_by_the_last_word() -> None:
    first = KEY.rotated("team", NOW + 30 * DAY)
    longer, at_once = first.rotated("team", NOW + 60 * DAY), first.rotated("team", NOW)
    assert [end for _, end in longer.place("team", NOW).overlapping] == [NOW + 60 * DAY, NOW + 30 * DAY]
    place = at_once.place("team", NOW)
    assert (place.generation, place.overlapping) == (2, ())
    assert place.ended == (KEY.place("team", NOW).stem, first.place("team", NOW).stem)


def test_no_place_shows_its_paths_or_the_key() -> None:
    key = KEY.rotated("team", NOW + DAY).rotated("team", NOW)
    place = key.place("team", NOW)
    shown = f"{key!r} {place!r}"
    assert not any(stem.split("/")[0] in shown for stem in (*place.stems, *place.ended))
    assert repr(KEY.key) not in shown


def test_a_rotation_is_kept_and_the_same_for_everybody() -> None:
    state = MemoryStateStore()
    old = path_key(state, secrets.token_bytes).place("team", NOW)
    new = rotate(state, "team", NOW, NOW + 30 * DAY, secrets.token_bytes)
    assert new == path_key(state, secrets.token_bytes).place("team", NOW)
    assert new.stems == (new.stem, old.stem)
    assert new.key == old.key


def test_a_feed_can_be_rotated_before_it_was_ever_published() -> None:
    state = MemoryStateStore()
    assert rotate(state, "team", NOW, NOW + DAY, secrets.token_bytes) == path_key(state, no_bytes).place("team", NOW)


def test_of_two_rotations_at_a_time_one_is_told_to_try_again() -> None:
    class Busy(MemoryStateStore):
        def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
            self.files[key] = ROTATED
            super().save(key, body, replaces=replaces)

    state = Busy()
    state.files[KEY_NAME] = KEY.key
    with pytest.raises(Conflict):
        rotate(state, "other", NOW, NOW + DAY, no_bytes)
    assert state.files == {KEY_NAME: ROTATED}


def test_a_name_can_be_told_from_its_paths() -> None:
    assert [name_of(path) for path in ("0a/team", "0a/team.ics", "0a/team.html")] == ["team"] * 3


# ── the key ──


def test_the_key_is_made_once_and_kept() -> None:
    state = MemoryStateStore()
    key = path_key(state, secrets.token_bytes)
    assert len(key.key) == 32
    assert path_key(state, no_bytes) == key
    assert state.files == {KEY_NAME: key.key}


class Raced(MemoryStateStore):
    """Somebody else makes the key between our looking and our saving."""

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        self.files.setdefault(KEY_NAME, KEY.key)
        super().save(key, body, replaces=replaces)


def test_the_loser_of_a_race_takes_the_winners_key() -> None:
    assert path_key(Raced(), secrets.token_bytes) == KEY


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        KEY.key[:-1],
        KEY.key + b"\n",
        ROTATED[:-1],
        ROTATED[:40] + b"x" + ROTATED[41:],
        seal(b"calsieve-path-key 3", KEY),
        seal(b"calsieve-path-key 2", PathKey(b"short")),
    ],
)
def test_a_damaged_key_is_told_and_not_replaced(damaged: bytes) -> None:
    state = MemoryStateStore()
    state.files[KEY_NAME] = damaged
    for act in (path_key, lambda state, new: rotate(state, "team", NOW, NOW + DAY, new)):
        with pytest.raises(PublishError, match="damaged"):
            act(state, no_bytes)
    assert state.files == {KEY_NAME: damaged}


@pytest.mark.parametrize("path", ["a", "a/b.ics", "Ä b/ü.ics", "a..b", "a.b/c"])
def test_plain_paths_are_safe(path: str) -> None:
    assert checked(path) == path


@pytest.mark.parametrize("path", ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", ".a", "a\\b", "a\0", "a\nb"])
def test_other_paths_are_refused_and_not_repeated(path: str) -> None:
    with pytest.raises(PublishError) as caught:
        checked(f"secret/{path}")
    assert "secret" not in str(caught.value)
