"""DAViCal, of Debian: PHP on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from tests.interop.dav.parts import apache, php, postgres, sql
from tests.interop.dav.place import Place, free_port
from tests.interop.dav.server import PASSWORD, USER, Server

RUNS_AS = "nobody"

_SHARED = Path("/usr/share/davical")

_USER = f"""
INSERT INTO usr (user_no, active, email_ok, updated, username, password, fullname, email)
  VALUES (1002, true, now(), now(), '{USER}', '**{PASSWORD}', 'Alice', '{USER}@example.org');
INSERT INTO principal (principal_id, type_id, user_no, displayname, default_privileges)
  VALUES (1002, 1, 1002, 'Alice', 0::BIT(24));
"""
_CONFIG = """<?php
$c->pg_connect[] = 'dbname=davical host={directory} port={port} user=davical_app';
$c->system_name = 'DAViCal';
$c->admin_email = 'root@example.org';
$c->domain_name = '127.0.0.1';
"""
# The program looks into /etc/davical first, for a server that this machine may have, and then beside itself:
# open_basedir hides the one, the links to its files make the other.
_SITE = """\
DocumentRoot {directory}/htdocs
DirectoryIndex index.php
php_value include_path /usr/share/awl/inc
php_admin_value open_basedir {directory}:/usr/share/davical:/usr/share/awl
RewriteEngine On
RewriteRule ^/\\.well-known/caldav/?$ /caldav.php/ [R=301,L]
"""


def start(place: Place) -> Server:
    database, port = postgres(place), free_port()
    surroundings = {"PGHOST": str(place.directory), "PGPORT": str(database), "PGUSER": "postgres"}
    place.run(str(_SHARED / "dba/create-database.sh"), "davical", PASSWORD, env=surroundings)
    sql(place, database, "davical", _USER)
    _link(place.directory)
    place.write("config/config.php", _CONFIG.format(directory=place.directory, port=database))
    apache(place, port, config=php() + _SITE.format(directory=place.directory))
    return Server(port, f"/caldav.php/{USER}/cal/")


def _link(directory: Path) -> None:
    for name in ("htdocs", "config"):
        (directory / name).mkdir()
    (directory / "inc").symlink_to(_SHARED / "inc")
    for file in (_SHARED / "htdocs").iterdir():
        (directory / "htdocs" / file.name).symlink_to(file)
