"""Exchange Online by way of Microsoft Graph: occurrences as Exchange sees them, as single events."""

from calsieve.adapters.graph.fetcher import GraphFetcher

__all__ = ["GraphFetcher"]
