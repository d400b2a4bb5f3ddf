"""Two writers of one calendar in S3, in every order in which their calls can come."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from itertools import product

import pytest

from calsieve.adapters.s3 import S3Publisher
from calsieve.errors import Conflict
from tests.adapters.publisher_contract import PATH, TWIN, document
from tests.refresh.bucket import Bucket
from tests.refresh.turns import Turns

CALLS = 10  # of both, in every order; then each goes on to its end


def raced(bucket: Bucket, turns_taken: list[int]) -> list[str]:
    """Let both replace what they find; return what was written by who thinks so."""
    publisher, won = S3Publisher(bucket, "b"), []  # type: ignore[arg-type]

    def write(text: str) -> Callable[[], None]:
        def act() -> None:
            try:
                publisher.write(PATH, document(text), replaces=publisher.read(PATH))
            except Conflict:
                return
            won.append(text)

        return act

    turns = Turns([write("one"), write("two")])
    bucket.before = turns.step
    turns.take(turns_taken)
    bucket.before = lambda call: None
    return won


@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_of_two_writers_one_wins_with_both_of_its_files(published: bool) -> None:
    for order in product((0, 1), repeat=CALLS):
        bucket = Bucket()
        if published:
            S3Publisher(bucket, "b").write(PATH, document("zero"), replaces=None)  # type: ignore[arg-type]
        won = raced(bucket, [*order])
        plain, twin = bucket.objects[PATH].body, bucket.objects[TWIN].body
        assert gzip.decompress(twin) == plain, order
        assert plain in [document(text).body for text in won], order
        assert S3Publisher(bucket, "b").version(PATH), order  # type: ignore[arg-type]


def test_a_store_whose_conditions_never_hold_is_a_conflict() -> None:
    bucket = Bucket()
    publisher = S3Publisher(bucket, "b")  # type: ignore[arg-type]

    def other(call: str) -> None:
        if call == "PutObject" and PATH in bucket.objects:
            bucket.objects[TWIN] = bucket.objects[PATH]._replace(body=b"%d" % len(calls))
            calls.append(call)

    calls: list[str] = []
    bucket.before = other
    with pytest.raises(Conflict):
        publisher.write(PATH, document(), replaces=None)
    assert len(calls) == 4
