"""A preview as JSON. docs/preview.md describes it: keys may come to it, none goes or changes what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from calsieve.cli.previewed import Previewed, together
from calsieve.models import Change, Report, Shown

# A year of a full calendar is of no use to a program that wants to show what comes next.
_MOST_COMING = 50


def as_json(preview: Previewed) -> str:
    """Return a preview as a JSON object over several lines."""
    return msgspec.json.format(msgspec.json.encode(_object(preview)), indent=2).decode()


def _object(preview: Previewed) -> dict[str, Any]:
    rehearsal, report = preview.rehearsal, preview.rehearsal.cleaned.report
    changes = preview.changes
    return {
        "feed": preview.feed,
        "name": preview.name,
        "timezone": report.timezone,
        "window": {"start": report.window_start, "end": report.window_end},
        "sources": [*_sources(preview)],
        "rules": rehearsal.rules,
        "duplicates": report.duplicates,
        "kept_whole": report.kept_whole,
        "whole": [{"reason": reason, "examples": titles} for reason, titles in rehearsal.whole.items()],
        "unasked": rehearsal.unasked,
        "repairs": report.repairs,
        "lost": report.lost,
        "lost_more": report.lost_more,
        "cuts": report.cuts,
        "events": {"before": report.events_in, "after": report.events_out},
        "size": {"before": together(preview.before.values())._asdict(), "after": preview.after._asdict()},
        "findings": [finding._asdict() for finding in rehearsal.findings],
        "refused": preview.refused,
        "published": preview.published is not None,
        "same": preview.published == rehearsal.cleaned.body,
        "coming": [shown._asdict() for shown in rehearsal.coming[:_MOST_COMING]],
        "changes": None if changes is None else [_change(each) for each in changes],
    }


def _sources(preview: Previewed) -> Iterator[dict[str, Any]]:
    for came in preview.rehearsal.sources:
        report = preview.rehearsal.reports.get(came.name, Report())
        yield {
            "name": came.name,
            "problem": came.problem,
            "stands_in_since": came.since,
            "note": came.note,
            "size": preview.before[came.name]._asdict(),
            "events": {"before": report.events_in, "after": report.events_out},
            "past": report.past,
            "future": report.future,
        }


def _change(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "before": _shown(change.before), "after": _shown(change.after)}


def _shown(shown: Shown | None) -> dict[str, Any] | None:
    return shown._asdict() if shown else None
