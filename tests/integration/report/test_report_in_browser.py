# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in a real browser: on a desktop, on a phone, in the dark, on paper, and for a screen reader.

Needs Debian's package chromium. The pictures of the pages are left in tests/output/report, to be looked at.
"""

from __future__ import annotations

import collections
import json
import pathlib
import re
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.index import render_index
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.page import render
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.results import Results, parse
from browser import Browser
from report_sample import TESTS, index_sample, sample

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "output" / "report"
WINDOWS = {
    "desktop": (1280, 900, False),
    "desktop-dark": (1280, 900, True),
    "tablet": (768, 1024, False),
    "phone": (390, 844, False),
    "phone-dark": (390, 844, True),
    "small-phone": (320, 640, False),
}
CONTRAST = 4.5  # WCAG 2.2, level AA
# The least contrast of all texts with what is behind them: HTML with the nearest background, SVG with the box it is on.
LEAST_CONTRAST = """(() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const [r, g, b] = channels(color).slice(0, 3).map(v => linear(v / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const solid = color => { const c = channels(color); return c.length < 4 || c[3] > 0; };
  const behind = element => {
    const own = element.parentElement.querySelector("rect");
    const box = element.closest("svg") && (own || document.querySelector(".frame rect"));
    if (box) return getComputedStyle(box).fill;
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (solid(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  let least = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || !element.getClientRects().length || ["title", "desc"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const one = light(element.closest("svg") ? style.fill : style.color), other = light(behind(element));
    const contrast = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (contrast < least[0]) least = [contrast, text];
  }
  return least;
})()"""
# Headings in the order of the page, as numbers.
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].filter(e => e.offsetParent).map(e => +e.tagName[1])"
# The size in pixels of the smallest text in the picture that is shown.
SMALLEST_TEXT = """(() => {
  const svg = [...document.querySelectorAll("figure svg")].find(e => e.getClientRects().length);
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return Math.min(...[...svg.querySelectorAll("text")].map(e => parseFloat(getComputedStyle(e).fontSize) * scale));
})()"""
SHOWN_PICTURES = (
    "[...document.querySelectorAll('figure svg')].filter(e => e.getClientRects().length).map(e => e.classList[0])"
)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(sample(), parse(json.dumps(TESTS), "sample")))
    return path


@pytest.mark.parametrize("window", WINDOWS)
def test_page_fits_its_window_and_can_be_read(browser: Browser, page: pathlib.Path, window: str) -> None:
    width, height, dark = WINDOWS[window]
    browser.look(width, height, dark=dark)
    browser.open(page)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    picture = browser.screenshot(OUTPUT / f"{window}.png")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 100_000  # an empty page is a tenth of that
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run(SHOWN_PICTURES) == ["narrow" if width < 704 else "wide"]
    assert browser.run(SMALLEST_TEXT) >= 9.5
    contrast, text = browser.run(LEAST_CONTRAST)
    assert contrast >= CONTRAST, f"{text!r} has a contrast of {contrast:.2f}"


def test_dark_is_dark_and_light_is_light(browser: Browser, page: pathlib.Path) -> None:
    seen = {}
    for dark in (False, True):
        browser.look(1280, 900, dark=dark)
        browser.open(page)
        seen[dark] = browser.run("getComputedStyle(document.body).backgroundColor")
    assert seen == {False: "rgb(255, 255, 255)", True: "rgb(18, 24, 31)"}


def test_nothing_is_fetched_and_nothing_goes_wrong(browser: Browser, page: pathlib.Path) -> None:
    browser.open(page)
    requests = [
        event["params"]["request"]["url"]
        for event in browser.events
        if event.get("method") == "Network.requestWillBeSent"
    ]
    assert page.as_uri() in requests
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    wrong = ("Log.entryAdded", "Runtime.exceptionThrown", "Page.javascriptDialogOpening", "Network.loadingFailed")
    assert [event for event in browser.events if event.get("method") in wrong] == []


def test_what_a_cluster_says_is_text_not_markup(browser: Browser, page: pathlib.Path) -> None:
    browser.open(page)
    assert browser.run("document.querySelectorAll('script').length") == 1  # the filter's
    assert browser.run("document.querySelectorAll('b, iframe, object').length") == 0
    body = browser.run("document.body.innerText")
    assert "<script>alert(1)</script> has the agent <b>ocf</b>." in body
    assert "saw one: <b>node3</b>." in body


def test_screen_reader_finds_its_way(browser: Browser, page: pathlib.Path) -> None:
    browser.look(1280, 900)
    browser.open(page)
    tree = browser.accessible()
    roles = collections.Counter(role for role, _name in tree)
    assert roles["banner"] == roles["main"] == roles["contentinfo"] == 1
    assert ("navigation", "Parts of this report") in tree
    images = [name for role, name in tree if role in ("image", "img")]
    assert images[0].startswith("Picture of cluster testcluster node1 (online) runs fencing, database.")
    assert [name for name in images if not name] == []
    assert len(images) == 1 + len(TESTS["tests"])
    assert roles["columnheader"] >= 4 + 4 + 3 + 3
    assert roles["rowheader"] >= 5 + 6
    headings = browser.run(HEADINGS)
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(headings, headings[1:]))
    assert browser.run("document.documentElement.lang") == "en"
    links = browser.run("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    for target in (link for link in links if link.startswith("#")):
        assert browser.run(f"document.querySelectorAll('{target}').length") == 1, target


def test_picture_shows_what_runs_where(browser: Browser, page: pathlib.Path) -> None:
    browser.look(1280, 900)
    browser.open(page)

    def inside(text: str, caption: str) -> bool:
        """Whether the text is within the frame with this caption."""
        return bool(
            browser.run(
                f"""(() => {{
                  const svg = document.querySelector("svg.wide");
                  const of = (where, said) => [...svg.querySelectorAll(where)].find(e => e.textContent.trim() === said);
                  const frame = of(".frame .caption", {json.dumps(caption)}).parentElement.querySelector("rect");
                  const inner = of(".row text, .frame .caption", {json.dumps(text)});
                  const [a, b] = [inner, frame].map(e => e.getBoundingClientRect());
                  return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
                }})()"""
            )
        )

    for member in ("cluster-ip", "cluster-data", "lighttpd"):
        assert inside(member, "lighty")
        assert inside(member, "node2")
        assert not inside(member, "node1")
    assert inside("lighty", "node2")
    assert inside("database", "node1")
    assert inside("⚡ fencing", "node1")
    assert inside("report", "not running")
    assert inside("⊘ not database", "node3")
    assert inside("♥ database by rule site eq north, score 100", "placed by rules")
    assert inside("♥ lighty", "node2")
    assert browser.run("document.querySelectorAll('svg.wide .line.order').length") == 1
    assert browser.run("document.querySelectorAll('svg.wide .line.apart').length") == 1
    assert browser.run("document.querySelectorAll('svg.wide .line.link0').length") == 1


def test_paper_has_all_of_it_without_what_only_a_screen_needs(browser: Browser, page: pathlib.Path) -> None:
    browser.look(794, 1123, dark=True, media="print")
    browser.open(page)
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.run("getComputedStyle(document.querySelector('nav')).display") == "none"
    contrast, text = browser.run(LEAST_CONTRAST)
    assert contrast >= CONTRAST, text
    printed = browser.printed()
    assert printed.startswith(b"%PDF")
    assert len(printed) > 20_000
    (OUTPUT / "paper.pdf").write_bytes(printed)
    browser.look(1280, 900)


def test_cluster_without_a_fault_says_so(browser: Browser, tmp_path: pathlib.Path) -> None:
    document = {**sample(), "findings": [], "accepted": [], "left": [], "notes": []}
    (tmp_path / "report.html").write_text(render(document, Results()))
    browser.open(tmp_path / "report.html")
    body = browser.run("document.body.innerText")
    assert "✓ No findings" in body
    assert "Nothing is wrong." in body
    assert browser.run("document.querySelectorAll('.finding').length") == 0


def large(nodes: int, resources: int) -> dict[str, t.Any]:
    """A report on a cluster of so many NODES and RESOURCES, of which one has failed."""
    document = sample()
    node, resource = document["picture"]["nodes"][0], document["picture"]["resources"][0]
    names = [f"node{number}" for number in range(1, nodes + 1)]
    document["picture"]["nodes"] = [{**node, "name": name, "is_dc": name == "node1"} for name in names]
    document["picture"]["resources"] = [
        {**resource, "id": f"web-{number}", "nodes": [names[number % nodes]], "failed": number == 7}
        for number in range(resources)
    ]
    document["what_if"] = [
        {
            "node": name,
            "quorate": True,
            "resources": [
                {"id": f"web-{number}", "before": [names[number % nodes]], "after": ["node1"], "down": number == 3}
                for number in range(resources)
            ],
        }
        for name in names[:nodes]
    ]
    one = next(item for item in document["findings"] if item["id"] == "monitor-missing")
    document["findings"] += [{**one, "subject": f"web-{n}", "evidence": f"web-{n} has none."} for n in range(20)]
    document["versions"] = {name: {"corosync": "3.1.7-1" if name == "node2" else "3.1.9-1"} for name in names}
    return document


@pytest.mark.parametrize(("nodes", "resources"), [(16, 40), (32, 200)])
def test_a_large_cluster_is_an_overview_first_and_details_on_demand(
    browser: Browser, tmp_path: pathlib.Path, nodes: int, resources: int
) -> None:
    (tmp_path / "report.html").write_text(render(large(nodes, resources), Results()))
    for name, width in {f"nodes-{nodes}": 1280, f"nodes-{nodes}-phone": 390}.items():
        browser.look(width, 900)
        browser.open(tmp_path / "report.html")
        browser.screenshot(OUTPUT / f"{name}.png")
        assert browser.run("document.documentElement.scrollWidth") <= width
        assert browser.run("document.querySelectorAll('.overview li').length") == nodes
        assert (
            browser.run("document.querySelector('figure svg').checkVisibility({contentVisibilityAuto: true})") is False
        )
        browser.run("document.querySelector('#picture ~ details').open = true")
        assert browser.run(SMALLEST_TEXT) >= 9.5
    # Twenty findings of one kind are one entry with twenty lines.
    headings = browser.run("[...document.querySelectorAll('.finding h3')].map(e => e.innerText)")
    assert (
        len([heading for heading in headings if re.search(r" 2\d . A resource has no recurring monitor", heading)]) == 1
    ), headings
    assert browser.run("[...document.querySelectorAll('#versions ~ div thead th')].map(e => e.innerText)")[2] == "node2"


def test_the_filter_leaves_what_holds_its_words(browser: Browser, tmp_path: pathlib.Path) -> None:
    (tmp_path / "report.html").write_text(render(large(32, 200), Results()))
    browser.look(1280, 900)
    browser.open(tmp_path / "report.html")
    shown = "[...document.querySelectorAll('#resources ~ table tbody tr')].filter(e => !e.hidden).length"
    assert browser.run("document.getElementById('filter').hidden") is False
    assert browser.run(shown) == 200
    typed = "document.getElementById('filter-text').value = '{}'; " + (
        "document.getElementById('filter-text').dispatchEvent(new Event('input'))"
    )
    browser.run(typed.format("WEB-19 node"))
    assert browser.run(shown) == 11  # web-19 and web-190 to web-199
    browser.run(typed.format(""))
    assert browser.run(shown) == 200
    chosen = "document.getElementById('filter-severity').value = 'error'; " + (
        "document.getElementById('filter-severity').dispatchEvent(new Event('change'))"
    )
    browser.run(chosen)
    findings = "[...document.querySelectorAll('.finding[data-severity]')]"
    assert set(browser.run(f"{findings}.filter(e => !e.hidden).map(e => e.dataset.severity)")) == {"error"}
    assert browser.run(shown) == 200
    assert "entries" in browser.run("document.getElementById('filter-said').innerText")


def test_what_the_cluster_remembers_and_is_told_is_in_tables(browser: Browser, page: pathlib.Path) -> None:
    browser.look(1280, 900)
    browser.open(page)
    body = browser.run("document.body.innerText")
    for words in (
        "database\tmonitor\tnode1\tnot running, complete, the server is gone",
        "cluster-ip\tnode2\t2\t3\t",
        "node3\treboot\tnode2\tsuccess",
        "2 of 3 make a quorum",
        "stonith-enabled\ttrue",
        "lighttpd\tmonitor\tinterval",
        "Since the report of 2026-11-22 08:00:00 +0000: 1 new, 1 gone.",
        "not possible: it runs on hypervisors",
    ):
        assert words in body, words
    links = browser.run("[...document.querySelectorAll('.finding .where a')].map(a => a.href)")
    assert "https://github.com/quorate/quorate.ha_cluster/tree/main/docs/verify.md#boot" in links


def test_names_of_nodes_do_not_run_into_their_state(browser: Browser, tmp_path: pathlib.Path) -> None:
    document = sample()
    node = document["picture"]["nodes"][0]
    names = ["app1.example.com", "database-server-1.example.com", "commonhome-machine-2", "node1"]
    states = ["unknown", "online", "maintenance", "standby"]
    document["picture"]["nodes"] = [
        {**node, "name": name, "state": state, "is_dc": True} for name, state in zip(names, states)
    ]
    (tmp_path / "report.html").write_text(render(document, Results()))
    browser.look(1280, 900)
    browser.open(tmp_path / "report.html")
    gaps = browser.run(
        """[...document.querySelectorAll("svg.wide .frame")].flatMap(frame => {
          const [caption, note] = [".caption", ".note"].map(part => frame.querySelector(part));
          if (!note || !note.textContent) return [];
          return [note.getBoundingClientRect().left - caption.getBoundingClientRect().right];
        })"""
    )
    assert len(gaps) == len(names)
    assert min(gaps) >= 0, gaps


# --- the index of several clusters -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("index") / "reports.html"
    path.write_text(render_index(index_sample(), "2026-11-22 09:00:00 +0000", path.parent))
    return path


@pytest.mark.parametrize("window", WINDOWS)
def test_the_index_fits_its_window_and_can_be_read(browser: Browser, index: pathlib.Path, window: str) -> None:
    width, height, dark = WINDOWS[window]
    browser.look(width, height, dark=dark)
    browser.open(index)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    browser.screenshot(OUTPUT / f"index-{window}.png")
    assert browser.run("document.documentElement.scrollWidth") <= width
    levels = browser.run(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    contrast, text = browser.run(LEAST_CONTRAST)
    assert contrast >= CONTRAST, f"{text!r} has a contrast of {contrast:.2f}"


def test_the_index_shows_the_worst_cluster_first_and_filters(browser: Browser, index: pathlib.Path) -> None:
    browser.look(1280, 900)
    browser.open(index)
    headings = "[...document.querySelectorAll('.finding h3')]"
    shown = f"{headings}.filter(e => e.offsetParent).map(e => e.innerText.split(' ')[0])"
    everything = ["files", "databases-of-the-second-data-centre", "mail", "web"]
    assert browser.run(shown) == everything
    choose = (
        "{const e = document.getElementById('filter-severity'); e.value = '%s'; e.dispatchEvent(new Event('change'))}"
    )
    for severity, left in (("error", everything[:2]), ("warning", ["mail"]), ("none", ["web"]), ("", everything)):
        browser.run(choose % severity)
        assert browser.run(shown) == left
    wrong = ("Log.entryAdded", "Runtime.exceptionThrown", "Network.loadingFailed")
    assert [event for event in browser.events if event.get("method") in wrong] == []
