"""Takes the pictures of pages that the documents show: ``python -m tests.browser DIRECTORY``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from calsieve.cli.webserver import site_server
from tests.browser.chromium import Screen, chromium
from tests.browser.conftest import address
from tests.browser.site import publish

DESK, PHONE = Screen(1120, 860), Screen(390, 844, density=2, phone=True)
PICTURES = {
    "feed": ("family", DESK),
    "feed-phone": ("family", PHONE),
    "feed-phone-dark": ("family", PHONE._replace(dark=True)),
    "operator": ("operator", DESK),
    "demo": ("index", Screen(1120, 560)),
}


def main(directory: Path) -> None:
    """Write each picture as a PNG."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, chromium() as browser:
        root = Path(made) / "public"
        publish(root)
        server = site_server(root, "127.0.0.1", 0, log=lambda _: None)
        with server.in_background():
            for picture, (name, screen) in PICTURES.items():
                with browser.page(address(server.base, name), screen) as page:
                    (directory / f"{picture}.png").write_bytes(page.picture())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
