"""Feeds that ask the same upstream share a group."""

from __future__ import annotations

from dataclasses import replace

from calsieve.core.fairness import fair_group
from calsieve.models import Feed, Policy, Secret, Source


def feed(scheme: str, value: str) -> Feed:
    return Feed(name="team", sources=(Source(name="a", url=Secret(scheme, value)),), policy=Policy())


def test_feeds_at_the_same_host_share_a_group() -> None:
    one = feed("literal", "https://user:pass@Calendars.example.org/one.ics")
    other = feed("literal", "https://calendars.example.org:8443/other.ics?key=1")
    assert fair_group(one) == fair_group(other)


def test_feeds_at_different_hosts_do_not() -> None:
    assert fair_group(feed("literal", "https://a.example.org/")) != fair_group(
        feed("literal", "https://b.example.org/")
    )


def test_the_first_source_decides() -> None:
    one, two = feed("literal", "https://a.example.org/"), feed("literal", "https://b.example.org/")
    both = replace(one, sources=one.sources + two.sources)
    assert fair_group(both) == fair_group(one)


def test_a_stored_secret_is_a_group_of_its_own() -> None:
    assert fair_group(feed("ssm", "/calsieve/a")) != fair_group(feed("ssm", "/calsieve/b"))
    assert fair_group(feed("ssm", "/calsieve/a")) != fair_group(feed("secretsmanager", "/calsieve/a"))


def test_the_group_is_one_that_sqs_takes_and_does_not_show_the_host() -> None:
    group = fair_group(feed("literal", "https://calendars.example.org/one.ics"))
    assert len(group) == 32
    assert group.isalnum()
