# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site in a real browser: on a desktop and a phone, light and dark, without anything from a network.

Needs Debian's package chromium, and the site that `make docs` builds. The pictures of the pages are left in
tests/output/docs, to be looked at.
"""

from __future__ import annotations

import json
import pathlib
import re
import struct
import sys
import time
import typing as t
import urllib.parse

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(CHECKOUT / "tests" / "integration" / "report"))

from browser import Browser  # noqa: E402

SITE = CHECKOUT / "build" / "docs" / "html"
OUTPUT = CHECKOUT / "tests" / "output" / "docs"
SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desktop": (1280, 900), "wide": (1920, 1080)}
WINDOWS = {f"{name}{'-dark' if dark else ''}": (*size, dark) for name, size in SIZES.items() for dark in (False, True)}
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
    "recipes": "docs/recipes",
    "performance": "docs/performance",
    "glossary": "docs/glossary",
    "messages": "docs/site/messages",
    "variables": "docs/variables",
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
# Blocks of code of which a part is hidden, or lies below the button that copies them.
CUT_CODE = """[...document.querySelectorAll('article pre')].filter(e => {
  const style = getComputedStyle(e), button = e.parentElement.querySelector('button.copybtn');
  return e.scrollWidth > e.clientWidth || (button && parseFloat(style.paddingRight) < button.offsetWidth);
}).map(e => e.textContent.slice(0, 60))"""
# Words that are wrapped in the middle of a heading.
BROKEN_WORDS = """[...document.querySelectorAll('article :is(h1, h2)')].filter(e => {
  const range = document.createRange(), words = /[\\w.]+/g;
  const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const word of walker.currentNode.data.matchAll(words)) {
    range.setStart(walker.currentNode, word.index);
    range.setEnd(walker.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(r => r.top)).size > 1) return true;
  }
}).map(e => e.textContent)"""
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
    assert browser.run(CUT_CODE) == []
    assert browser.run(BROKEN_WORDS) == []
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


@pytest.mark.parametrize("width", [1216, 1280, 1312, 1313, 1551, 1552, 1920])
def test_contents_of_a_page_are_seen_beside_its_text(browser: Browser, width: int) -> None:
    browser.look(width, 900)
    browser.open(SITE / "docs/operations.html")
    menu, text, contents = (
        browser.run(f"(({{left, right}}) => [left, right])(document.querySelector({place!r}).getBoundingClientRect())")
        for place in (".sidebar-container", "article", ".toc-tree")
    )
    assert 0 <= menu[0] < menu[1] <= text[0] < text[1] <= contents[0] < contents[1] <= width
    assert text[1] - text[0] > 600
    assert browser.run("document.querySelector('.toc-tree').checkVisibility()")


@pytest.mark.parametrize("page", ["index", "recipes", "module"])
def test_every_block_of_code_can_be_copied_as_it_is(browser: Browser, page: str) -> None:
    browser.look(1280, 900)
    browser.open(SITE / f"{PAGES[page]}.html")
    blocks = browser.run("[...document.querySelectorAll('article .highlight pre')].map(e => e.textContent)")
    assert blocks
    buttons = "document.querySelectorAll('article .highlight button.copybtn')"
    deadline = time.monotonic() + 10
    while browser.run(f"{buttons}.length") < len(blocks):  # they are made when the page is there
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert browser.run(CUT_CODE) == []
    take = "document.execCommand = name => (window.copied ??= []).push([name, document.activeElement.value]) > 0"
    browser.run(f"{take}, {buttons}.forEach(e => e.click())")
    copied = browser.run("window.copied")
    assert [(name, text.strip()) for name, text in copied] == [("copy", text.strip()) for text in blocks]


def test_roles_begin_with_the_entry_point_main_and_keep_the_others(browser: Browser) -> None:
    several = 0
    for path in CHECKOUT.glob("roles/*/meta/argument_specs.yml"):
        role = path.parent.parent.name
        entries = yaml.safe_load(path.read_text())["argument_specs"]
        browser.open(SITE / f"docs/site/reference/{role}_role.html")
        shown = browser.run("[...document.querySelectorAll('article section > h2 code')].map(e => e.textContent)")
        assert shown == ["main", *sorted(set(entries) - {"main"})]
        links = browser.run("[...document.querySelectorAll('article a')].map(a => a.getAttribute('href'))")
        assert f"../../../roles/{role}/README.html" in links
        several += len(shown) > 1
    assert several >= 4


def natural_width(path: pathlib.Path) -> float:
    """The width of a picture, in the units of its text."""
    if path.suffix == ".png":
        return float(struct.unpack(">I", path.read_bytes()[16:20])[0])
    box = re.search(r'viewBox="0 0 ([\d.]+) ', path.read_text())
    assert box, path
    return float(box[1])


@pytest.mark.parametrize("page", ["index", "report", "start-here", "performance", "architecture", "paper"])
def test_text_in_pictures_can_be_read_on_a_phone(browser: Browser, page: str) -> None:
    browser.look(390, 844)
    browser.open(SITE / f"{PAGES[page]}.html")
    shown = browser.run("[...document.querySelectorAll('article img')].map(e => [e.src, e.clientWidth])")
    assert shown
    for url, width in shown:
        name = url.rpartition("/")[2]
        assert width >= 0.7 * natural_width(CHECKOUT / "docs" / "images" / name), name
        if width > 390:  # moved sideways in its box, and opened alone
            link = f"document.querySelector('a.picture[href$=\"{name}\"]')"
            assert browser.run(f"{link}.scrollWidth > {link}.clientWidth && {link}.clientWidth <= 390")


@pytest.mark.parametrize("page", ["docs/variables", "roles/cluster/README"])
def test_variables_can_be_read_on_a_phone_without_moving_sideways(browser: Browser, page: str) -> None:
    browser.look(390, 844)
    browser.open(SITE / f"{page}.html")
    tables = "[...document.querySelectorAll('#variables table')]"
    assert browser.run(f"{tables}.length")
    assert browser.run(f"{tables}.every(e => e.parentElement.scrollWidth <= e.parentElement.clientWidth)")
    label = "cell => getComputedStyle(cell, '::before').content"
    labels = browser.run(f"[...{tables}[0].rows].flatMap(row => [...row.cells].map({label}))")
    assert labels.count('"default: "') >= 10


# What users look for, and a page that one of the first results must be.
SEARCHES = {
    "VIP": ("docs/glossary", "docs/recipes"),
    "virtual IP": ("docs/glossary", "docs/recipes"),
    "floating IP": ("docs/glossary", "docs/recipes"),
    "witness": ("docs/glossary", "roles/qnetd/README"),
    "arbitrator": ("docs/glossary", "roles/qnetd/README"),
    "anti-affinity": ("docs/glossary", "docs/recipes"),
    "NFS": ("docs/recipes",),
    "DRBD": ("docs/glossary",),
    "STONITH": ("docs/glossary", "docs/fencing"),
    "split-brain": ("docs/glossary",),
    "fencing": ("docs/fencing",),
    "something has failed": ("docs/operations",),
    "give the path of a disk below": ("docs/site/messages",),
    "pcs_resource": ("docs/site/reference/pcs_resource_module",),
    "ha_fence_virt_domains": ("docs/variables", "roles/fence_virt/README"),
}


def found(browser: Browser, words: str) -> list[str]:
    """The pages that the search of the site shows for WORDS, the best first."""
    browser.open(SITE / "search.html", f"?q={urllib.parse.quote(words)}")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        state = browser.run("document.querySelector('#search-results .search-summary')?.textContent") or ""
        if re.search("(?i)finished|did not match", state):
            break
        time.sleep(0.1)
    else:
        raise AssertionError(f"the search for {words} does not end")
    links = browser.run("[...document.querySelectorAll('#search-results ul.search > li > a')].map(a => a.href)")
    return [link.partition("/build/docs/html/")[2].partition(".html")[0] for link in links]


@pytest.mark.parametrize("words", SEARCHES)
def test_search_finds(browser: Browser, words: str) -> None:
    first = found(browser, words)[:5]
    assert set(first) & set(SEARCHES[words]), first


def test_search_finds_every_message_by_its_words(browser: Browser) -> None:
    browser.open(SITE / "docs/site/messages.html")
    messages = browser.run(
        "[...document.querySelectorAll('article section section > ul > li')].map(e => e.textContent)"
    )
    assert len(messages) > 400
    browser.open(SITE / "search.html", "?q=nothing")
    queries = [" ".join(re.findall(r"[\w-]+", text)) for text in messages]
    search = """queries.filter(query => {
      const [, terms, excluded, highlighted, objects] = Search._parseQuery(query);
      const results = Search._performSearch(query, terms, excluded, highlighted, objects);
      return terms.size && !results.some(result => result[0] == "docs/site/messages");
    })"""
    assert browser.run(f"(queries => {search})({json.dumps(queries)})") == []


def test_text_is_shown_as_it_is_written(browser: Browser) -> None:
    browser.open(SITE / "docs/site/messages.html")
    text = browser.run("document.querySelector('article').textContent")
    assert " --limit" in text
    assert "can't" in text
    assert "\N{RIGHT SINGLE QUOTATION MARK}" not in text
    browser.open(SITE / "docs/site/reference/pcs_cib_module.html")
    assert browser.run("document.querySelector('h1').textContent").startswith("pcs_cib module: Declare")


def test_a_pasted_message_is_found_with_its_names_and_values(browser: Browser) -> None:
    browser.look(1280, 900)
    browser.open(SITE / "docs/site/messages.html")

    def suggested(pasted: str) -> t.Any:
        """The messages that the field finds for a PASTED text."""
        enter = "f => { f.value = text; f.dispatchEvent(new Event('input')); }"
        browser.run(f"(text => ({enter})(document.getElementById('finder')))({json.dumps(pasted)})")
        return browser.run("[...document.querySelectorAll('.finder li')].map(e => e.textContent)")

    storage = suggested(
        """fatal: [web1]: FAILED! => {"msg": "ha_storage_device is vdb; give the path of a disk below /dev."}"""
    )
    clone = suggested("The clone 'web-clone' is one of 'web', which can't be changed to 'db'.")
    assert storage[0] == "ha_storage_device is …; give the path of a disk below /dev. (Role shared_storage)"
    assert clone[0] == "The clone '…' is one of '…', which can't be changed to '…'. (Modules pcs_*)"
    assert suggested("12345") == []


def test_search_finds_nothing_where_there_is_nothing(browser: Browser) -> None:
    assert found(browser, "xyzzyplugh") == []


def test_every_page_has_a_title_a_description_and_the_icon() -> None:
    descriptions = []
    for path in SITE.rglob("*.html"):
        if path == SITE / "index.html" or path.name in ("search.html", "genindex.html"):
            continue
        text = path.read_text().partition("</head>")[0]
        (title,) = re.findall(r"<title>(.*)</title>", text)
        assert title == "quorate.ha_cluster" or title.endswith(" - quorate.ha_cluster")
        (description,) = re.findall(r'<meta name="description" content="([^"]*)">', text)
        assert 15 < len(description) <= 220, path
        descriptions.append(description)
        (icon,) = re.findall(r'<link rel="shortcut icon" href="([^"]+)"', text)
        assert (path.parent / icon).resolve() == SITE / "_static" / "icon.svg"
        (picture,) = re.findall(r'property="og:image" content="[^"]+(_images/[^"]+)"', text)
        assert (SITE / picture).is_file()
    assert len(descriptions) > 60
    assert len(set(descriptions)) == len(descriptions)


def test_links_to_the_source_lead_to_files_of_the_repository() -> None:
    links = {
        link
        for path in SITE.rglob("*.html")
        for link in re.findall(
            r'href="https://github.com/quorate/quorate.ha_cluster/edit/main/([^"]+)"', path.read_text()
        )
    }
    assert {"docs/recipes.md", "roles/cluster/README.md"} <= links
    assert [link for link in links if not (CHECKOUT / link).is_file()] == []


def test_first_page_shows_how_to_install_an_example_and_pictures(browser: Browser) -> None:
    browser.look(1280, 900)
    browser.open(SITE / "docs/site/index.html")
    code = browser.run("[...document.querySelectorAll('article pre')].map(e => e.textContent)")
    assert any(text.startswith("ansible-galaxy collection install quorate") for text in code)
    (inventory,) = (yaml.safe_load(text) for text in code if text.startswith("cluster:"))
    assert {"ha_nodes", "ha_stonith", "ha_resources"} <= set(inventory["cluster"]["vars"])
    pictures = browser.run("[...document.querySelectorAll('article img')].map(e => e.src.split('/').pop())")
    assert pictures == ["cluster.svg", "report-top.png"]
