# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site in a real browser: on a desktop and a phone, light and dark, without anything from a network.

Needs Debian's package chromium, and the site that `make docs` builds. The pictures of the pages are left in
tests/output/docs, to be looked at.
"""

from __future__ import annotations

import pathlib
import sys
import typing as t

import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(CHECKOUT / "tests" / "integration" / "report"))

from browser import Browser  # noqa: E402

SITE = CHECKOUT / "build" / "docs" / "html"
OUTPUT = CHECKOUT / "tests" / "output" / "docs"
WINDOWS = {
    "desktop": (1280, 900, False),
    "desktop-dark": (1280, 900, True),
    "phone": (390, 844, False),
    "phone-dark": (390, 844, True),
}
# Those with pictures, wide tables, long lines, and what antsibull-docs makes.
PAGES = {
    "index": "docs/site/index",
    "overview": "README",
    "start-here": "docs/start-here",
    "paper": "docs/paper",
    "own-hosts": "docs/own-hosts",
    "report": "docs/report",
    "fencing": "docs/fencing",
    "verify": "docs/verify",
    "failover": "docs/failover_test",
    "architecture": "docs/architecture",
    "role": "roles/iptables/README",
    "reference": "docs/site/reference/index",
    "module": "docs/site/reference/pcs_cib_module",
    "role-reference": "docs/site/reference/cluster_role",
}
BROKEN_PICTURES = "[...document.images].filter(e => e.complete && !e.naturalWidth).map(e => e.src)"
# What begins or ends outside of the window and is in no box that scrolls by itself.
TOO_WIDE = """[...document.querySelectorAll('main *, article *')].filter(e => {
  if (!e.getClientRects().length || e.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let box = e.parentElement; box; box = box.parentElement)
    if (/auto|scroll|hidden/.test(getComputedStyle(box).overflowX)) return false;
  return true;
}).map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40))"""
# The least contrast of the texts of a page with what is behind them. Texts on a picture or gradient, such as the
# buttons that antsibull-docs makes, are left out.
LEAST_CONTRAST = """(() => {
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const [r, g, b] = parts(color).slice(0, 3).map(v => linear(v / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const {backgroundColor: color, backgroundImage: image} = getComputedStyle(e);
      if (image !== "none") return null;
      if (color.startsWith("rgb(") || parts(color)[3] > .9) return color;
    }
    return "rgb(255, 255, 255)";
  };
  let least = [99, ""];
  for (const element of document.querySelectorAll("article :is(p, li, td, th, h1, h2, h3, code, a)")) {
    const text = element.textContent.trim();
    if (!text || !element.getClientRects().length) continue;
    const ground = behind(element);
    if (!ground) continue;
    const one = light(getComputedStyle(element).color), other = light(ground);
    const contrast = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (contrast < least[0]) least = [contrast, text.slice(0, 60)];
  }
  return least;
})()"""
CONTRAST = 4.5  # WCAG 2.2, level AA


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Browser]:
    assert SITE.is_dir(), "make docs builds the site first"
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("page", PAGES)
def test_page_fits_its_window_and_can_be_read(browser: Browser, page: str, window: str) -> None:
    width, height, dark = WINDOWS[window]
    browser.look(width, height, dark=dark)
    browser.open(SITE / f"{PAGES[page]}.html")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    browser.screenshot(OUTPUT / f"{page}-{window}.png")
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run(TOO_WIDE) == []
    assert browser.run(BROKEN_PICTURES) == []
    contrast, text = browser.run(LEAST_CONTRAST)
    assert contrast >= CONTRAST, f"{text!r} has a contrast of {contrast:.2f}"


def test_dark_is_dark_and_light_is_light(browser: Browser) -> None:
    seen = {}
    for dark in (False, True):
        browser.look(1280, 900, dark=dark)
        browser.open(SITE / "docs/site/index.html")
        colour = browser.run("getComputedStyle(document.body).backgroundColor")
        seen[dark] = sum(int(part) for part in colour.strip("rgba()").split(",")[:3]) / 3
    assert seen[False] > 240
    assert seen[True] < 60


def test_nothing_is_fetched_and_nothing_goes_wrong(browser: Browser) -> None:
    wrong, requests = [], []
    for page in PAGES.values():
        browser.open(SITE / f"{page}.html")
        for event in browser.events:
            if event.get("method") == "Network.requestWillBeSent":
                requests.append(event["params"]["request"]["url"])
            elif event.get("method") in ("Runtime.exceptionThrown", "Network.loadingFailed"):
                wrong.append((page, event["params"]))
    assert len(requests) > len(PAGES)
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert wrong == []


def test_every_page_of_the_checkout_is_in_the_menu(browser: Browser) -> None:
    browser.look(1280, 900)
    browser.open(SITE / "docs/site/index.html")
    shown = set(browser.run("[...document.querySelectorAll('.sidebar-tree a')].map(a => a.getAttribute('href'))"))
    pages = {f"../{path.stem}.html" for path in CHECKOUT.glob("docs/*.md")}
    roles = {f"../../roles/{path.parent.name}/README.html" for path in CHECKOUT.glob("roles/*/README.md")}
    assert pages | roles <= shown
