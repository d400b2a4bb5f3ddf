from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsieve.history import MOST, decode_history, encode_history
from calsieve.models import Failing, HistoryEntry, Noteworthy

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)


def entries(count: int) -> tuple[HistoryEntry, ...]:
    failing = (Failing("work", "it does not answer", NOW),)
    return tuple(
        HistoryEntry(at=NOW + timedelta(hours=hour), kind=Noteworthy.FAILED, failing=failing, problems=("disk full",))
        for hour in range(count)
    )


@pytest.mark.parametrize("count", [0, 1, MOST])
def test_what_is_encoded_is_decoded(count: int) -> None:
    assert decode_history(encode_history(entries(count))) == entries(count)


def test_the_oldest_are_forgotten() -> None:
    assert decode_history(encode_history(entries(MOST + 5))) == entries(MOST + 5)[5:]


@pytest.mark.parametrize("data", [b"", b"calsieve-history 2\n" + bytes(40), encode_history(entries(1))[:-1]])
def test_what_is_damaged_or_unknown_is_not_understood(data: bytes) -> None:
    assert decode_history(data) is None
