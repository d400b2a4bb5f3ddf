"""What several servers stand on: PostgreSQL, and Apache with or without PHP."""

from __future__ import annotations

from pathlib import Path

from tests.interop.dav.place import Place, free_port
from tests.interop.dav.programs import path

_MODULES = Path("/usr/lib/apache2/modules")
_COMMON = ("mpm_prefork", "authn_core", "authz_core", "setenvif", "alias", "dir", "headers", "rewrite")


def postgres(place: Place) -> int:
    """Start a database server whose administrator is ``postgres``; return its port. Its socket is in the place."""
    programs = Path(path("/usr/lib/postgresql/*/bin/initdb")).parent
    data, port = place.directory / "postgres", free_port()
    options = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
    place.run(str(programs / "initdb"), "-D", str(data), *options)
    settings = ("-h", "127.0.0.1", "-p", str(port), "-k", str(place.directory), "-c", "fsync=off")
    place.start([str(programs / "postgres"), "-D", str(data), *settings], port)
    return port


def sql(place: Place, port: int, database: str, text: str) -> None:
    words = ("-q", "-v", "ON_ERROR_STOP=1", "-h", str(place.directory), "-p", str(port), "-U", "postgres", database)
    place.run("psql", *words, stdin=text)


def apache(place: Place, port: int, *modules: str, config: str) -> None:
    """Start Apache with some modules and the text of a configuration."""
    lines = [
        f"ServerRoot {place.directory}",
        f"PidFile {place.directory}/apache.pid",
        f"Listen 127.0.0.1:{port}",
        "ServerName 127.0.0.1",
        f"ErrorLog {place.directory}/apache.log",
        f"Mutex file:{place.directory} default",
        "AllowEncodedSlashes NoDecode",
        *(f"LoadModule {name}_module {_MODULES}/mod_{name}.so" for name in (*_COMMON, *modules)),
    ]
    file = place.write("apache.conf", "\n".join([*lines, config]))
    place.start(["/usr/sbin/apache2", "-f", str(file), "-DFOREGROUND"], port)


def php() -> str:
    """Return the configuration for ``apache`` that runs .php files."""
    return f"""
LoadModule php_module {path("/usr/lib/apache2/modules/libphp*.so")}
<FilesMatch "\\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
AcceptPathInfo On
php_value error_reporting 0
php_value memory_limit 512M
"""
