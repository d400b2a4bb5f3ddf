"""The programs that the servers are made of, and the Debian packages that hold them.

``python3 tests/interop/dav/programs.py`` prints the packages that are missing; with ``--explain`` it says what to do
and fails if there are any. Needs nothing but Python, so that it can be asked before anything is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

NEEDED = {
    "/usr/sbin/apache2": "apache2",
    "/usr/lib/apache2/modules/libphp*.so": "libapache2-mod-php",
    "/usr/lib/postgresql/*/bin/initdb": "postgresql",
    "/usr/share/davical/htdocs/caldav.php": "davical",
    "/usr/lib/php/*/pgsql.so": "php-pgsql",
    "/usr/share/php/Sabre/autoload.php": "php-sabre-dav",
    "/usr/lib/php/*/pdo_sqlite.so": "php-sqlite3",
    "/usr/sbin/sogod": "sogo",
    "/usr/bin/memcached": "memcached",
    "/usr/lib/cyrus/bin/httpd": "cyrus-caldav",
    "/usr/lib/cyrus/bin/imapd": "cyrus-imapd",
    "/usr/sbin/saslpasswd2": "sasl2-bin",
    "/usr/lib/*/sasl2/libplain.so": "libsasl2-modules",
    "/usr/lib/*/sasl2/libsasldb.so*": "libsasl2-modules-db",
}


def missing() -> list[str]:
    """Return the Debian packages that have to be installed."""
    return [package for pattern, package in NEEDED.items() if not _files(pattern)]


def path(pattern: str) -> str:
    """Return the newest file of a pattern in ``NEEDED``."""
    return str(max(_files(pattern)))


def _files(pattern: str) -> list[Path]:
    return list(Path("/").glob(pattern.lstrip("/")))


def main(words: list[str]) -> int:
    packages = " ".join(missing())
    if words != ["--explain"]:
        print(packages)
        return 0
    if packages:
        print(f"the tests against CalDAV servers need: apt-get install --no-install-recommends {packages}")
    return 1 if packages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
