"""The pages as Chromium shows them: to everybody, on every screen, and to nobody's harm."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from calsieve.pages.style import stylesheet
from tests.browser.chromium import Browser, Screen
from tests.browser.conftest import Look, address
from tests.browser.site import feeds, operators

MODULES = Path(__file__).parents[2] / ".work" / "browser" / "node_modules"
AXE = (MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
JSQR = (MODULES / "jsqr" / "dist" / "jsQR.js").read_text("utf-8")

PHONE = Screen(390, 844, density=2, phone=True)
DESK = Screen(1280, 900)
SCREENS = {
    "phone": PHONE,
    "phone-dark": PHONE._replace(dark=True),
    "desk": DESK,
    "desk-dark": DESK._replace(dark=True),
}
# WCAG 1.4.4 and 1.4.10: text of twice the size, and a window of 320 pixels, without scrolling sideways.
NARROW = {"narrow": Screen(320, 640, phone=True), "large-text": Screen(640, 800, text=2)}

every_page = pytest.mark.parametrize("name", ["index", *feeds(), *operators()])
every_screen = pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS.keys())

_RUN_AXE = """axe.run(document, {rules: {'target-size': {enabled: true}}}).then(result =>
  result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')))"""
_OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
# How far text in pictures stands out from what is behind it (WCAG 1.4.3), which axe does not look at.
_CONTRASTS = """(() => {
  const light = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const luminance = colour => { const [r, g, b] = colour.match(/[0-9.]+/g).map(Number);
    return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b) };
  const fill = node => getComputedStyle(node).fill, paper = getComputedStyle(document.body).backgroundColor;
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05) };
  const behind = node => { const rect = node.parentNode.querySelector('rect');
    return node.parentNode.tagName === 'g' && fill(rect) !== 'none' ? fill(rect) : paper };
  return {text: [...document.querySelectorAll('.weeks text')].map(t => contrast(fill(t), behind(t))),
          marks: [...document.querySelectorAll('.strip rect')].map(r => contrast(fill(r), paper))};
})()"""


@every_screen
@every_page
def test_a_page_is_accessible(look: Look, name: str, screen: Screen) -> None:
    with look(name, screen) as page:
        page.run(_OPEN_ALL)
        page.run(f"(() => {{ {AXE} }})()")
        assert page.run(_RUN_AXE) == []


@every_screen
@every_page
def test_text_and_marks_in_pictures_stand_out(look: Look, name: str, screen: Screen) -> None:
    with look(name, screen) as page:
        contrasts = page.run(_CONTRASTS)
    assert min(contrasts["text"], default=99) >= 4.5
    assert min(contrasts["marks"], default=99) >= 3


@every_page
def test_a_page_asks_for_nothing_but_its_stylesheet(look: Look, base: str, name: str) -> None:
    with look(name, DESK) as page:
        page.run(_OPEN_ALL)
        assert page.complaints() == []
        asked = [one for one in page.requests() if not one.startswith("data:")]
        assert asked == [address(base, name), f"{base}/{stylesheet().path}"]
        assert page.run("document.styleSheets.length") == 1


@pytest.mark.parametrize("screen", [*SCREENS.values(), *NARROW.values()], ids=[*SCREENS, *NARROW])
@every_page
def test_nothing_has_to_be_scrolled_sideways(look: Look, name: str, screen: Screen) -> None:
    with look(name, screen) as page:
        page.run(_OPEN_ALL)
        assert page.run("document.documentElement.scrollWidth") <= screen.width
        assert page.run(_CUT_OFF) == []


@every_screen
@pytest.mark.parametrize("name", ["family", "local"])
def test_a_camera_reads_the_code(look: Look, browser: Browser, name: str, screen: Screen) -> None:
    webcal = feeds()[name].address.replace("https:", "webcal:").replace("http:", "webcal:")
    with look(name, screen) as page:
        page.run("document.querySelector('.qr').scrollIntoView({block: 'center'})")
        picture = page.picture()
    assert decoded(browser, picture) == webcal


@pytest.mark.parametrize("name", ["index", "hostile", "operator-hostile"])
def test_titles_of_events_do_nothing(look: Look, name: str) -> None:
    with look(name, DESK) as page:
        assert page.run("document.querySelectorAll('script, img, iframe, style, object, [onerror]').length") == 0
        assert page.run("document.title") != "taken"
        schemes = page.run("[...new Set([...document.querySelectorAll('a')].map(a => a.protocol))]")
        assert set(schemes) <= {"http:", "https:", "webcal:"}
        assert "49" not in page.run("document.querySelector('main').innerText").split()


@pytest.mark.parametrize("name", ["index", "family", "operator"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where(look: Look, name: str) -> None:
    with look(name, DESK) as page:
        wanted = page.run("document.querySelectorAll('a, input, summary').length")
        seen = []
        for _ in range(wanted):
            page.press("Tab", 9)
            seen.append(page.run(_FOCUSED))
    assert [at for at, _ in seen] == list(range(wanted))
    assert all(outline == "solid" for _, outline in seen)


@pytest.mark.parametrize("name", ["family"])
def test_the_page_says_the_same_without_its_stylesheet(look: Look, name: str) -> None:
    with look(name, PHONE) as page:
        page.run("document.styleSheets[0].disabled = true")
        text = page.run("document.querySelector('main').innerText")
    for said in ("Family and holidays", "Apple Calendar", "Week of 23 November 2026", "45 kB, was 1.3 MB"):
        assert said in text


def decoded(browser: Browser, picture: bytes) -> str:
    """Return what a QR code in a picture says, read by another library in a page of its own."""
    source = json.dumps(f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    with browser.page("about:blank", DESK) as page:
        page.run(f"(() => {{ {JSQR} }}).call(window)")
        return str(page.run(_DECODE.replace("SOURCE", source)))


_FOCUSED = """(() => { const all = [...document.querySelectorAll('a, input, summary')], on = document.activeElement;
  return [all.indexOf(on), getComputedStyle(on).outlineStyle] })()"""
# Text that runs out of its box; what is hidden on purpose is that of the `hidden` class.
_CUT_OFF = """[...document.querySelectorAll('main *')]
  .filter(one => !one.closest('svg, input, .hidden') && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 80))"""
_DECODE = """new Promise((done, failed) => { const image = new Image(); image.onerror = failed;
  image.onload = () => { const canvas = document.createElement('canvas');
    canvas.width = image.width; canvas.height = image.height;
    const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, image.width, image.height);
    const found = jsQR(data.data, image.width, image.height); done(found ? found.data : null) };
  image.src = SOURCE })"""
