"""sabre/dav 1.8, of Debian, which Nextcloud and others began with: PHP on SQLite, passwords by Digest only."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.interop.dav.parts import apache, php
from tests.interop.dav.place import Place, free_port
from tests.interop.dav.server import PASSWORD, USER, Server

RUNS_AS = "nobody"

_TABLES = Path("/usr/share/doc/php-sabre-dav/examples/sql")
_REALM = "SabreDAV"
_PROGRAM = """<?php
date_default_timezone_set('UTC');
require_once 'Sabre/autoload.php';
$pdo = new PDO('sqlite:{directory}/data/db.sqlite');
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$pdo->exec('PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000');
$principals = new Sabre\\DAVACL\\PrincipalBackend\\PDO($pdo);
$calendars = new Sabre\\CalDAV\\Backend\\PDO($pdo);
$server = new Sabre\\DAV\\Server([
    new Sabre\\CalDAV\\Principal\\Collection($principals),
    new Sabre\\CalDAV\\CalendarRootNode($principals, $calendars),
]);
$server->setBaseUri('/');
$server->addPlugin(new Sabre\\DAV\\Auth\\Plugin(new Sabre\\DAV\\Auth\\Backend\\PDO($pdo), '{realm}'));
$server->addPlugin(new Sabre\\DAVACL\\Plugin());
$server->addPlugin(new Sabre\\CalDAV\\Plugin());
$server->exec();
"""
_SITE = """\
DocumentRoot {directory}/htdocs
php_value include_path /usr/share/php
RewriteEngine On
RewriteRule ^/\\.well-known/caldav/?$ / [R=301,L]
RewriteRule .* /server.php [L]
"""


def start(place: Place) -> Server:
    port = free_port()
    for name in ("htdocs", "data"):
        (place.directory / name).mkdir()
    database = place.directory / "data/db.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        for table in ("calendars", "principals", "users"):
            connection.executescript((_TABLES / f"sqlite.{table}.sql").read_text())
        digest = hashlib.md5(f"{USER}:{_REALM}:{PASSWORD}".encode()).hexdigest()
        connection.execute("INSERT INTO users (username, digesta1) VALUES (?, ?)", (USER, digest))
        connection.execute("INSERT INTO principals (uri, displayname) VALUES (?, 'Alice')", (f"principals/{USER}",))
        connection.commit()
    for path in (database.parent, database):
        place.hand_over(path)
    place.write("htdocs/server.php", _PROGRAM.format(directory=place.directory, realm=_REALM))
    apache(place, port, config=php() + _SITE.format(directory=place.directory))
    return Server(port, f"/calendars/{USER}/cal/", digest=True, directory=place.directory)
