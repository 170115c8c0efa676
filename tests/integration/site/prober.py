# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch a page again and again until standard input ends, and say when it did not answer. Runs on the hypervisor.

Usage: python3 prober.py URL INTERVAL

INTERVAL is in seconds; each request has a connection of its own and may take ten times as long.
Prints one JSON object: how many requests were made, how many failed, and each outage as [start, seconds].
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxies the environment names


def answers(url: str, timeout: float) -> bool:
    try:
        with DIRECT.open(url, timeout=timeout) as response:
            return response.status == 200
    except OSError:
        return False


def outages(samples: list[tuple[float, bool]]) -> list[list[float]]:
    """From each first failed request to the next good one, or to the last request when there is none."""
    found: list[list[float]] = []
    start = None
    for moment, good in samples:
        if not good and start is None:
            start = moment
        if good and start is not None:
            found.append([start, round(moment - start, 3)])
            start = None
    if start is not None:
        found.append([start, round(samples[-1][0] - start, 3)])
    return found


def main() -> None:
    url, interval = sys.argv[1], float(sys.argv[2])
    samples: list[tuple[float, bool]] = []
    threads: list[threading.Thread] = []
    lock = threading.Lock()

    def sample(moment: float) -> None:
        good = answers(url, interval * 10)
        with lock:
            samples.append((moment, good))

    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    print("probing", flush=True)
    moment = time.time()
    while not stop.is_set():
        thread = threading.Thread(target=sample, args=(moment,), daemon=True)
        thread.start()
        threads.append(thread)
        moment += interval
        time.sleep(max(0.0, moment - time.time()))
    for thread in threads:
        thread.join(timeout=interval * 20)
    samples.sort()
    failed = sum(not good for _time, good in samples)
    print(json.dumps({"requests": len(samples), "failed": failed, "outages": outages(samples)}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
