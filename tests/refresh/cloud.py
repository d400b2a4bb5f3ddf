"""A feed through the shell and S3's adapters, in a bucket that can be copied."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime

from calsieve.adapters.s3 import S3Publisher, S3StateStore
from calsieve.history import decode_history, history_key
from calsieve.models import Feed, Fetched, Noteworthy, Notices
from calsieve.paths import ATOM, CALENDAR, PAGE
from tests.refresh.bucket import Bucket, Object
from tests.refresh.kit import NOW, World


class Cloud(World):
    """A World whose stores are S3's, over ``bucket``."""

    def __init__(self, feed: Feed, bucket: Bucket | None = None, **answers: Fetched) -> None:
        super().__init__(feed, **answers)
        self.bucket = bucket or Bucket()
        self.publisher = S3Publisher(self.bucket, "b", "published")  # type: ignore[assignment,arg-type]
        self.state = S3StateStore(self.bucket, "b", "state")  # type: ignore[assignment,arg-type]

    def at(self, suffix: str, name: str = "team", now: datetime = NOW) -> bytes | None:
        """What is published beside a name's present stem."""
        found = self.bucket.objects.get(f"published/{self.key.place(name, now).stem}{suffix}")
        return found and found.body

    def history_kinds(self) -> list[Noteworthy]:
        body = self.bucket.objects[f"state/{history_key('team')}"].body
        return [entry.kind for entry in decode_history(body) or ()]

    @property
    def published(self) -> dict[str, Object]:
        return {key: found for key, found in self.bucket.objects.items() if key.startswith("published/")}


def copied(bucket: Bucket) -> Bucket:
    return Bucket(dict(bucket.objects))


def with_all_beside(feed: Feed) -> Feed:
    """The feed with page, Atom file and mails."""
    return replace(feed, page=True, notices=Notices(mail=True))


def nothing_is_half(now: dict[str, Object], before: dict[str, Object], after: dict[str, Object]) -> None:
    """Each file is as it was or as it will be, and none is gone that should be there."""
    for key, found in now.items():
        bodies = [there[key].body for there in (before, after) if key in there]
        assert found.body in bodies, key.rpartition(".")[2]
        if key.endswith(".gz"):
            assert gzip.decompress(found.body) in [body_of(there, key[:-3]) for there in (before, after)]
    assert before.keys() & after.keys() <= now.keys()


def body_of(there: dict[str, Object], key: str) -> bytes | None:
    return there[key].body if key in there else None


SUFFIXES = (CALENDAR, f"{CALENDAR}.gz", PAGE, ATOM)
