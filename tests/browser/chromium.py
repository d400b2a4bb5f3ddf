"""Headless Chromium, driven through its debugging pipe (the DevTools protocol): no driver, no port, no script of ours.

Each look at a page is a context of its own, without cache or cookies. Fonts are chosen by a configuration beside this
file, so that pictures don't depend on what the machine prefers.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = "chromium"
_FONTS = Path(__file__).with_name("fonts.conf")
_OPTIONS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",  # root has none; only pages of ours are opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--no-first-run",
    "--disable-background-networking",
)


class Screen(NamedTuple):
    """What a page is looked at on: its size in CSS pixels, and the reader's wishes."""

    width: int
    height: int
    dark: bool = False
    density: float = 1
    phone: bool = False
    text: float = 1  # how much larger than usual the reader wants text


@dataclass
class Browser:
    """A running Chromium; ``events`` are those that came while answers were waited for."""

    commands: int  # file descriptors
    answers: int
    number: int = 0
    received: bytearray = field(default_factory=bytearray)
    events: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, session: str | None = None, **params: Any) -> Any:
        """Return the result of one command. Raises RuntimeError if Chromium refuses it."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        _write(self.commands, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while (answer := self._next()).get("id") != self.number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def wait_for(self, method: str, session: str) -> None:
        """Return when an event of that name has come."""
        while not any(e.get("method") == method and e.get("sessionId") == session for e in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while (end := self.received.find(b"\0")) < 0:
            more = os.read(self.answers, 1 << 20)
            if not more:
                raise RuntimeError("Chromium ended")
            self.received += more
        message = bytes(self.received[:end])
        del self.received[: end + 1]
        return json.loads(message)

    @contextmanager
    def page(self, address: str, screen: Screen) -> Iterator[Page]:
        """Open an address and wait until it is loaded."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable", session)
        page.shape(screen)
        self.call("Page.navigate", session, url=address)
        self.wait_for("Page.loadEventFired", session)
        try:
            yield page
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)


class Page(NamedTuple):
    """An open page."""

    browser: Browser
    session: str

    def shape(self, screen: Screen) -> None:
        """Make the window that of ``screen``."""
        size = {"width": screen.width, "height": screen.height, "deviceScaleFactor": screen.density}
        self._call("Emulation.setDeviceMetricsOverride", mobile=screen.phone, **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if screen.dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])
        if screen.text != 1:
            self._call("Page.setFontSizes", fontSizes={"standard": int(16 * screen.text)})

    def run(self, script: str) -> Any:
        """Return the value of an expression, or of the promise that it is."""
        result = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", "a script failed"))
        return result["result"].get("value")

    def picture(self, *, whole: bool = False) -> bytes:
        """Return a PNG of what the window shows, or of the whole page."""
        if not whole:
            return base64.b64decode(self._call("Page.captureScreenshot")["data"])
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self._call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
        return base64.b64decode(data)

    def complaints(self) -> list[str]:
        """Return what the browser said of the page: refused by the policy, not found, failed."""
        said = [e["params"] for e in self._events("Log.entryAdded")]
        failed = [e["params"] for e in self._events("Runtime.exceptionThrown")]
        return [one["entry"]["text"] for one in said] + [str(one["exceptionDetails"]) for one in failed]

    def requests(self) -> list[str]:
        """Return the addresses that were asked for."""
        return [e["params"]["request"]["url"] for e in self._events("Network.requestWillBeSent")]

    def press(self, key: str, code: int) -> None:
        """Press a key that types nothing."""
        for kind in ("rawKeyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def _call(self, method: str, **params: Any) -> Any:
        return self.browser.call(method, self.session, **params)

    def _events(self, method: str) -> list[dict[str, Any]]:
        return [e for e in self.browser.events if e.get("method") == method and e.get("sessionId") == self.session]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium and end it."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="calsieve-chromium-"))
        commands, to = os.pipe()
        answers, back = os.pipe()

        def pipes() -> None:  # Chromium reads commands from 3 and answers on 4
            kept = [os.dup(fd) for fd in (commands, back)]
            os.dup2(kept[0], 3)
            os.dup2(kept[1], 4)

        process = subprocess.Popen(
            [PROGRAM, *_OPTIONS, f"--user-data-dir={home}", "about:blank"],
            preexec_fn=pipes,
            pass_fds=(3, 4),
            env={**os.environ, "FONTCONFIG_FILE": str(_FONTS), "HOME": home, "TZ": "UTC", "LANG": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(back)
        stack.callback(process.wait)
        stack.callback(process.kill)
        stack.callback(os.close, to)
        stack.callback(os.close, answers)
        yield Browser(to, answers)


def _write(to: int, message: bytes) -> None:
    while message:
        message = message[os.write(to, message) :]
