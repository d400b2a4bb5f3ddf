"""Which occurrences a series has (RFC 5545 §3.8.5): rules, exceptions, additions."""
