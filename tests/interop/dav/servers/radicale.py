"""Radicale, of PyPI."""

from __future__ import annotations

from tests.interop.dav.place import Place, free_port
from tests.interop.dav.server import PASSWORD, USER, Server
from tests.interop.readers import ROOT

RUNS_AS = None

_CONFIG = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {directory}/htpasswd
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {directory}/store
[logging]
level = warning
"""


def start(place: Place) -> Server:
    port = free_port()
    place.write("htpasswd", f"{USER}:{PASSWORD}\n")
    config = place.write("config", _CONFIG.format(port=port, directory=place.directory))
    place.start([str(ROOT / ".work/dav/bin/radicale"), "--config", str(config)], port)
    return Server(port, f"/{USER}/cal/")
