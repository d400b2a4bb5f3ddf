"""``calsieve serve``: a directory of published feeds over HTTP."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 is all.")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
def serve(directory: Path, host: str, port: int) -> None:
    """Serve the feeds in DIR over HTTP, the way the CDN does.

    Sends the gzip twin of a feed to those who can read it, and 304 to those who have it already.
    Lists nothing: a client has to know a feed's path. The log leaves out the secret part of it.

    \b
    Example, for phones in the same network:
      calsieve refresh --config feeds.yaml --to public
      calsieve serve public --host 0.0.0.0
    """
    from calsieve.cli.webserver import site_server

    server = site_server(directory, host, port, log=partial(click.echo, err=True))
    click.echo(f"serving {directory} at {server.base} (Ctrl-C ends it)", err=True)
    server.until_interrupted()
