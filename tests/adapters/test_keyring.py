"""A file of secrets on one's own machine: for its owner only, and never half written."""

from __future__ import annotations

import os
import stat
import traceback
from pathlib import Path

import pytest

from calsieve.adapters.keyring import Keyring, keyring_of
from calsieve.errors import SecretError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data/calsieve/keyring.json"


def test_what_is_put_is_found_again_beside_what_was_there(file: Path) -> None:
    Keyring(file.parent).put({"google": "1//old", "other": "x"})
    Keyring(file.parent).put({"google": "1//new"})
    keyring = Keyring(file.parent)
    assert [keyring.get(name) for name in ("google", "other", "none")] == ["1//new", "x", None]


def test_only_the_owner_may_read_it_whatever_the_umask(file: Path) -> None:
    before = os.umask(0)
    try:
        Keyring(file.parent).put({"google": "x"})
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_keyring_that_others_may_open_is_refused(file: Path, mode: int) -> None:
    Keyring(file.parent).put({"google": "x"})
    file.chmod(mode)
    with pytest.raises(SecretError, match="chmod 600"):
        Keyring(file.parent).get("google")
    with pytest.raises(SecretError, match="chmod 600"):
        Keyring(file.parent).put({"google": "y"})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"google": ["MARKED"]}', '"MARKED', "\xff"])
def test_a_damaged_keyring_is_named_but_not_shown_nor_overwritten(file: Path, text: str) -> None:
    Keyring(file.parent).put({"google": "x"})
    file.write_bytes(text.encode("latin-1"))
    for act in (lambda: Keyring(file.parent).get("google"), lambda: Keyring(file.parent).put({"google": "y"})):
        with pytest.raises(SecretError, match="damaged") as caught:
            act()
        assert "MARKED" not in "".join(traceback.format_exception(caught.value))
    assert file.read_bytes() == text.encode("latin-1")


def test_it_follows_xdg_data_home_and_else_is_in_the_home(tmp_path: Path) -> None:
    for environ in (
        {"HOME": str(tmp_path / "a"), "XDG_DATA_HOME": str(tmp_path / "b")},
        {"HOME": str(tmp_path / "a"), "XDG_DATA_HOME": "relative"},
    ):
        keyring_of(environ).put({"google": "x"})
    assert (tmp_path / "b/calsieve/keyring.json").exists()
    assert (tmp_path / "a/.local/share/calsieve/keyring.json").exists()
