# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the report that the documentation shows, made in a headless Chromium.

`.venv/bin/python tests/integration/report/pictures.py` makes them again, after a change of the report.
"""

from __future__ import annotations

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
IMAGES = CHECKOUT / "docs" / "images"
sys.path[:0] = [str(CHECKOUT / ".venv" / "collections"), str(CHECKOUT / "tests" / "strategies")]

from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.index import render_index  # noqa: E402
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.page import render  # noqa: E402
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._report.results import parse  # noqa: E402
from browser import Browser  # noqa: E402
from report_sample import TESTS, index_sample, sample  # noqa: E402

# name: the report, the width of the window, and where on the page (CSS selectors) the picture begins and ends
PICTURES = {
    "report-top": ("sample", 1000, "body", "section:has(#picture)"),
    "report-findings": ("sample", 1000, "#findings", "section:has(#findings) .finding:nth-of-type(3)"),
    "report-loss": ("sample", 1000, "section:has(#what-if)", "section:has(#what-if)"),
    "report-tests": ("sample", 1000, "#tests", "section:has(#tests) .finding:nth-of-type(2)"),
    "report-phone": ("sample", 390, "body", "section:has(#picture)"),
    "report-index": ("index", 1000, "body", "main"),
    "report-paper": ("paper", 1000, "body", "section:has(#findings) .finding:nth-of-type(2)"),
}
MARGIN = 12
PLACE = """(() => {
  const [first, last] = [%s, %s].map(where => document.querySelector(where).getBoundingClientRect());
  return [first.top + scrollY, last.bottom + scrollY];
})()"""


def reports(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """A report with a bit of everything, that on the paper's configuration, and an index, as files in FOLDER."""
    document, tests = sample(), json.dumps(TESTS).replace("<b>node3</b>", "node3")
    document["findings"] = [item for item in document["findings"] if "<" not in item["evidence"]]
    paths = {name: folder / f"{name}.html" for name in ("sample", "paper")}
    paths["sample"].write_text(render(document, parse(tests, "sample")))
    playbook = [str(CHECKOUT / ".venv/bin/ansible-playbook"), "-i", "/dev/null", "playbooks/report.yml"]
    extra = ["-e", "@tests/unit/files/paper/files.yml", "-e", f"ha_report_file={paths['paper']}"]
    subprocess.run([*playbook, *extra], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    paths["index"] = folder / "reports.html"
    paths["index"].write_text(render_index(index_sample(), "2026-11-22 09:00:00 +0000", folder))
    return paths


def picture(browser: Browser, page: pathlib.Path, width: int, first: str, last: str) -> bytes:
    """What is on PAGE, in a window of this WIDTH, from where FIRST begins to where LAST ends."""
    browser.look(width, 900)
    browser.open(page)
    top, bottom = browser.run(PLACE % (json.dumps(first), json.dumps(last)))
    begin = max(0.0, top - MARGIN)
    clip: dict[str, t.Any] = {"x": 0, "y": begin, "width": width, "height": bottom + MARGIN - begin, "scale": 1}
    answer = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    return base64.b64decode(answer["data"])


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pages = reports(folder)
        with Browser(folder / "profile") as browser:
            for picture_name, (report, width, first, last) in PICTURES.items():
                path = IMAGES / f"{picture_name}.png"
                path.write_bytes(picture(browser, pages[report], width, first, last))
                print(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
