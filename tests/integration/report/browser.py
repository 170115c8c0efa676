# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, spoken to over a pipe in the DevTools protocol: no driver, no port, no further package."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import time
import typing as t

NAMES = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """One page in one browser. Use as a context manager."""

    def __init__(self, profile: pathlib.Path) -> None:
        program = next((found for name in NAMES if (found := shutil.which(name))), None)
        assert program, "install chromium"
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe"]

        def wire() -> None:  # Chromium reads descriptor 3 and writes descriptor 4
            first, second = os.dup(to_read), os.dup(to_write)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self._process = subprocess.Popen(
            [program, *flags, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=wire,
        )
        os.close(to_read)
        os.close(to_write)
        self._number = 0
        self._buffer = b""
        self.events: list[dict[str, t.Any]] = []
        targets = self._call("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Accessibility"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        os.close(self._read)
        os.close(self._write)

    def call(self, method: str, **parameters: t.Any) -> dict[str, t.Any]:
        """What METHOD of the page returns."""
        return self._call(method, self._session, **parameters)

    def _call(self, method: str, session: str = "", **parameters: t.Any) -> dict[str, t.Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message.update({"sessionId": session} if session else {})
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message(60)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, t.Any] = answer["result"]
                return result
            self.events.append(answer)

    def _message(self, timeout: float) -> dict[str, t.Any]:
        deadline = time.monotonic() + timeout
        while b"\0" not in self._buffer:
            ready, _writable, _exceptional = select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "the browser does not answer"
            chunk = os.read(self._read, 1 << 16)
            assert chunk, "the browser has ended"
            self._buffer += chunk
        text, _end, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, t.Any] = json.loads(text)
        return message

    def open(self, path: pathlib.Path, query: str = "") -> None:
        """Load the file PATH, with QUERY in its address, and wait until all of it is there."""
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri() + query)
        deadline = time.monotonic() + 60
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._message(deadline - time.monotonic()))

    def look(self, width: int, height: int, *, dark: bool = False, media: str = "") -> None:
        """Look at the page in a window of this size."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def run(self, script: str) -> t.Any:
        """The value of the JavaScript expression SCRIPT in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def screenshot(self, path: pathlib.Path) -> bytes:
        """A picture of the whole page, also written to PATH."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        picture = base64.b64decode(answer["data"])
        path.write_bytes(picture)
        return picture

    def printed(self) -> bytes:
        """The page as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def accessible(self) -> list[tuple[str, str]]:
        """Role and name of everything that a screen reader knows of."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and "role" in node
        ]
