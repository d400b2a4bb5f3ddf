from __future__ import annotations

import re
import secrets

import pytest

from calsieve.adapters.memory import MemoryStateStore
from calsieve.errors import PublishError
from calsieve.models import Stored
from calsieve.paths import KEY_NAME, checked, feed_path, path_key

KEY = bytes(range(32))


def test_a_path_is_a_known_one_for_a_known_key() -> None:
    # printf team | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1e1f
    assert feed_path(KEY, "team") == "1c5ce9ba9874d448f948aae8b7c77934/team.ics"


def test_paths_look_random_and_differ_by_feed_and_by_key() -> None:
    paths = [feed_path(KEY, "a"), feed_path(KEY, "b"), feed_path(bytes(32), "a")]
    assert all(re.fullmatch(r"[0-9a-f]{32}/[ab]\.ics", path) for path in paths)
    assert len({path.split("/")[0] for path in paths}) == 3


def test_the_key_is_made_once_and_kept() -> None:
    state = MemoryStateStore()
    key = path_key(state, secrets.token_bytes)
    assert len(key) == 32
    assert path_key(state, secrets.token_bytes) == key
    assert state.files == {KEY_NAME: key}


class Raced(MemoryStateStore):
    """Somebody else makes the key between our looking and our saving."""

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        self.files.setdefault(KEY_NAME, KEY)
        super().save(key, body, replaces=replaces)


def test_the_loser_of_a_race_takes_the_winners_key() -> None:
    assert path_key(Raced(), secrets.token_bytes) == KEY


@pytest.mark.parametrize("damaged", [b"", KEY[:-1], KEY + b"\n"])
def test_a_damaged_key_is_told_and_not_replaced(damaged: bytes) -> None:
    state = MemoryStateStore()
    state.files[KEY_NAME] = damaged
    with pytest.raises(PublishError, match="damaged"):
        path_key(state, secrets.token_bytes)
    assert state.files == {KEY_NAME: damaged}


@pytest.mark.parametrize("path", ["a", "a/b.ics", "Ä b/ü.ics", "a..b", "a.b/c"])
def test_plain_paths_are_safe(path: str) -> None:
    assert checked(path) == path


@pytest.mark.parametrize("path", ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", ".a", "a\\b", "a\0", "a\nb"])
def test_other_paths_are_refused_and_not_repeated(path: str) -> None:
    with pytest.raises(PublishError) as caught:
        checked(f"secret/{path}")
    assert "secret" not in str(caught.value)
