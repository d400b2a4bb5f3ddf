"""Blocks hold whole lines, whatever the pieces were."""

from __future__ import annotations

import pytest

from calsieve.core import blocks as module
from calsieve.core.blocks import blocks

TEXT = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nA:1\nEND:VEVENT\nBEGIN:VEVENT\nA:2\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize("size", [1, 2, 7, 30, 1000])
def test_blocks_put_together_are_what_was_read(size: int) -> None:
    pieces = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    assert b"".join(blocks(pieces)) == b"\n" + TEXT


def test_a_block_ends_with_the_last_event_that_is_surely_complete() -> None:
    found = list(blocks([TEXT[:60], TEXT[60:]]))
    assert found[0].endswith(b"A:1\nEND:VEVENT")
    assert all(block.startswith(b"\n") for block in found)


def test_an_end_that_is_folded_ends_nothing() -> None:
    assert list(blocks([b"END:VEVENT\n FOO\nA:1\n", b"B:1\n"])) == [b"\nEND:VEVENT\n FOO\nA:1\nB:1\n"]


def test_where_no_event_ends_any_line_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 10)
    found = list(blocks([b"X-A:12345678\nX-B:12\n 34\n", b"X-C:5\n"]))
    assert found[0] == b"\nX-A:12345678"
    assert b"".join(found) == b"\nX-A:12345678\nX-B:12\n 34\nX-C:5\n"


def test_a_line_without_end_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 10)
    assert list(blocks([b"x" * 20, b"y" * 20])) == [b"\n" + b"x" * 20 + b"y" * 20]


def test_the_last_line_is_found_however_far_it_is_from_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 10)
    monkeypatch.setattr(module, "_NEAR", 4)
    found = list(blocks([b"X-A:1\nX-B:2\n" + b" folded\n" * 20, b"X-C:3\n"]))
    assert found[0] == b"\nX-A:1"
    assert found[-1] == b"\nX-B:2\n" + b" folded\n" * 20 + b"X-C:3\n"
