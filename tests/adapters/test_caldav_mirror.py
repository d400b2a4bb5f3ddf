"""The mirror's pages: as a dictionary in the order of its keys, whatever is done to them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.adapters.caldav import mirror as module
from calsieve.adapters.caldav.mirror import Item, Mirror, body_at, changed_pages, decode, encode

paths = st.text("ab/ä", max_size=4)
bodies = st.binary(max_size=40)
steps = st.lists(st.tuples(st.dictionaries(paths, bodies, max_size=12), st.sets(paths, max_size=6)), max_size=8)


@given(steps, st.integers(1, 5), st.integers(1, 60))
def test_pages_hold_what_a_dictionary_would(
    changes: list[tuple[dict[str, bytes], set[str]]], items: int, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PAGE_ITEMS", items)
        patch.setattr(module, "_PAGE_BYTES", size)
        expected: dict[str, bytes] = {}
        pages: tuple[module.Page, ...] = ()
        for new, gone in changes:
            gone -= new.keys()
            pages = changed_pages(pages, [Item(path, "e", body) for path, body in new.items()], gone)
            expected = {path: body for path, body in (expected | new).items() if path not in gone}
            mirror = Mirror(pages=pages)
            held = [(item.path, item.body) for item in mirror.items()]
            assert held == sorted(expected.items())
            assert (mirror.count, mirror.size) == (len(expected), sum(map(len, expected.values())))
            assert mirror.etags() == dict.fromkeys(expected, "e")
            assert all(page.count <= items for page in pages)
            assert all(body_at(pages, path) == expected.get(path, b"") for path in [*expected, *gone, "", "zz"])


def filled(count: int) -> Mirror:
    items = [Item(f"/{number:05}", str(number), b"x" * 100) for number in range(count)]
    return Mirror(True, "ctag", "token", "2026-05-13T12:00:00+00:00", "UTC", changed_pages((), items, ()))


def test_what_is_encoded_is_decoded() -> None:
    assert decode(encode(filled(600))) == filled(600)
    assert decode(encode(Mirror())) == Mirror()


def test_a_change_leaves_the_other_pages_as_they_are() -> None:
    before = filled(2000).pages
    after = changed_pages(before, [Item("/00700", "new", b"y")], ["/01500"])
    assert len(after) == len(before)
    assert sum(old is new for old, new in zip(before, after, strict=True)) == len(before) - 2


def test_items_that_come_in_order_leave_no_small_pages_behind() -> None:
    pages: tuple[module.Page, ...] = ()
    for start in range(0, 20_000, 200):
        pages = changed_pages(pages, [Item(f"/{n:05}", "", b"x") for n in range(start, start + 200)], ())
    assert len(pages) <= 101


def test_a_page_holds_a_megabyte_or_one_item() -> None:
    large = [Item(f"/{number}", "", b"x" * 700_000) for number in range(5)]
    assert [page.count for page in changed_pages((), large, ())] == [2, 1, 1, 1]


def test_no_text_of_a_calendar_shows_in_a_repr() -> None:
    assert "xxx" not in repr(filled(3))


def test_damage_anywhere_is_seen() -> None:
    data = encode(filled(5))
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 1
        assert decode(bytes(damaged)) is None, place
        assert decode(data[:place]) is None, place


def test_a_text_that_is_none_is_damage() -> None:
    rest = b"\x81\xa4ctag\xa1\xff"
    assert decode(module._MAGIC + hashlib.sha256(rest).digest() + rest) is None
