# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches a cluster from outside of Pacemaker. Runs as a service of systemd, on a node or on the prober's host.

usage: failover_watch.py sample|write|probe CONFIGURATION

CONFIGURATION is a JSON file; what was seen goes into the file of lines of JSON that it names, at once, as the machine
may lose its power at any time. Ends by itself at the deadline that CONFIGURATION names, and takes its unit away then.

sample  which resources this node has: addresses of the kernel, mounts by the number of the device, processes of units
write   a file on the shared file system while it is mounted here: a line is acknowledged when fsync has returned
probe   whether the service answers, and which network card answers for its address
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import queue
import socket
import struct
import subprocess
import sys
import threading
import time
import typing as t
import urllib.request

FOLDER = ".quorate-failover"
HEARTBEAT = 1.0  # a sample is written at least so often
ARP = 0x0806
BROADCAST = b"\xff" * 6


class Lines:
    """A file of lines of JSON that keeps what was written when the power goes."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, *values: t.Any) -> None:
        os.write(self._descriptor, (json.dumps(values) + "\n").encode())
        os.fdatasync(self._descriptor)


# --- sample ----------------------------------------------------------------------------------------------------------


def device_number(device: str) -> int | None:
    """The number of the block device; of one named by UUID or LABEL that of the link in /dev/disk."""
    kind, separator, value = device.lstrip("-").partition("=")
    if separator and kind in ("UUID", "LABEL"):
        device = f"/dev/disk/by-{kind.lower()}/{value}"
    with contextlib.suppress(OSError):
        return os.stat(device).st_rdev
    return None


def mounted_numbers(mountinfo: str) -> set[str]:
    """Numbers of all devices that are mounted, as major:minor."""
    return {line.split()[2] for line in mountinfo.splitlines() if len(line.split()) > 5}


def addresses(shown: str) -> set[str]:
    """The addresses that `ip -json address` has SHOWN."""
    entries = (entry for interface in json.loads(shown or "[]") for entry in interface.get("addr_info", []))
    return {entry["local"] for entry in entries if "local" in entry}


def running_units(proc: pathlib.Path = pathlib.Path("/proc")) -> set[str]:
    """The units that have a process, by the control groups of all processes."""
    found: set[str] = set()
    for path in proc.glob("[0-9]*/cgroup"):
        with contextlib.suppress(OSError):
            for line in path.read_text().splitlines():
                found.update(line.rpartition(":")[2].split("/"))
    return found


def active(watched: t.Sequence[t.Mapping[str, str]]) -> list[str]:
    """The ids of those of WATCHED that this node has."""
    kinds = {item["kind"] for item in watched}
    mounts = mounted_numbers(pathlib.Path("/proc/self/mountinfo").read_text()) if "mount" in kinds else set()
    here: set[str] = set()
    if "address" in kinds:
        run = subprocess.run(["ip", "-json", "address", "show"], capture_output=True, text=True, check=False)
        here = addresses(run.stdout)
    units = running_units() if "unit" in kinds else set()
    found = []
    for item in watched:
        if item["kind"] == "address":
            is_here = item["value"] in here
        elif item["kind"] == "mount":
            number = device_number(item["value"])
            is_here = number is not None and f"{os.major(number)}:{os.minor(number)}" in mounts
        else:
            is_here = item["value"] in units
        if is_here:
            found.append(item["id"])
    return sorted(found)


def sample(settings: t.Mapping[str, t.Any]) -> None:
    lines = Lines(settings["file"])
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    before, written, said = time.time(), 0.0, None
    while time.time() < settings["deadline"]:
        now = time.time()
        seen = active(settings["watched"])
        if seen != said or now - written >= HEARTBEAT:
            lines.add(now, before, seen, boot)
            written, said = now, seen
        before = now
        time.sleep(max(0.0, now + settings["interval"] - time.time()))


# --- write -----------------------------------------------------------------------------------------------------------


def write_one(item: t.Mapping[str, str], name: str, number: int, reset: bool = False) -> bool:
    """Append a line to the file NAME on the file system ITEM and wait until it is on the disk. Returns whether it is
    mounted here, and so the line acknowledged. Holds nothing open afterwards, or it could not be unmounted."""
    device = device_number(item["value"])
    folder = os.open(item["place"], os.O_RDONLY | os.O_DIRECTORY)
    try:
        if device is None or os.fstat(folder).st_dev != device:
            return False
        if reset:
            with contextlib.suppress(FileExistsError):
                os.mkdir(FOLDER, 0o700, dir_fd=folder)
        file = os.open(f"{FOLDER}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600, dir_fd=folder)
        try:
            os.write(file, f"{number}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)
    finally:
        os.close(folder)
    return True


def write(settings: t.Mapping[str, t.Any]) -> None:
    """A writer that the cluster kills, for it was in the way of unmounting, starts again with a file of its own."""
    lines = Lines(settings["file"])
    name, number = f"{settings['name']}-{time.time_ns() // 1000000}", 1
    while time.time() < settings["deadline"]:
        started = time.time()
        with contextlib.suppress(OSError):
            if write_one(settings["mount"], name, number, reset=True):
                lines.add(time.time(), name, number)
        number += 1
        time.sleep(max(0.0, started + settings["write_interval"] - time.time()))
    with contextlib.suppress(OSError):
        remove_files(settings["mount"])


def remove_files(item: t.Mapping[str, str]) -> None:
    """Remove what was written, where the file system ITEM is mounted: no one has come to look at it."""
    device = device_number(item["value"])
    folder = os.open(item["place"], os.O_RDONLY | os.O_DIRECTORY)
    try:
        if device is not None and os.fstat(folder).st_dev == device:
            for name in os.listdir(f"/proc/self/fd/{folder}/{FOLDER}"):
                os.unlink(f"{FOLDER}/{name}", dir_fd=folder)
            os.rmdir(FOLDER, dir_fd=folder)
    finally:
        os.close(folder)


# --- probe -----------------------------------------------------------------------------------------------------------


# Asks the service itself, whatever proxy the environment names.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str, timeout: float) -> bool:
    try:
        with DIRECTLY.open(url, timeout=timeout) as response:
            return bool(response.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def arp_request(mine: bytes, source: str, target: str) -> bytes:
    """A broadcast that asks who has TARGET."""
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mine + socket.inet_aton(source)
    return BROADCAST + mine + struct.pack("!H", ARP) + body + b"\0" * 6 + socket.inet_aton(target)


def arp_answer(frame: bytes, mine: bytes, target: str) -> str:
    """The MAC of whoever answers in FRAME, to MINE, that it has TARGET; empty for any other frame, and for those that
    a node sends to all unasked when it gets the address."""
    if len(frame) < 42 or frame[:6] != mine or frame[12:14] != struct.pack("!H", ARP) or frame[20:22] != b"\0\2":
        return ""
    return frame[22:28].hex(":") if frame[28:32] == socket.inet_aton(target) else ""


def way_to(address: str) -> tuple[str, str] | None:
    """The interface and the own address by which ADDRESS is reached without a gateway; None where there is one."""
    argv = ["ip", "-json", "route", "get", address]
    run = subprocess.run(argv, capture_output=True, text=True, check=False)
    with contextlib.suppress(ValueError, LookupError):
        route = json.loads(run.stdout)[0]
        return None if "gateway" in route else (route["dev"], route["prefsrc"])
    return None


def ask_who_has(settings: t.Mapping[str, t.Any], seen: queue.Queue[tuple[t.Any, ...]]) -> None:
    """Ask the network again and again who has the address, and note everyone who answers."""
    address = settings["address"]
    while time.time() < settings["deadline"]:
        way = way_to(address)
        if way is None:
            time.sleep(1)
            continue
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP)) as link:
            link.bind((way[0], ARP))
            mine = link.getsockname()[4]
            number = 0
            with contextlib.suppress(OSError):
                while time.time() < settings["deadline"]:
                    number += 1
                    link.send(arp_request(mine, way[1], address))
                    end = time.time() + settings["arp_interval"]
                    while (rest := end - time.time()) > 0:
                        link.settimeout(rest)
                        with contextlib.suppress(TimeoutError, socket.timeout):
                            mac = arp_answer(link.recv(2048), mine, address)
                            if mac:
                                seen.put(("mac", time.time(), number, mac))


def probe(settings: t.Mapping[str, t.Any]) -> None:
    """A request has a connection of its own and does not wait for the one before."""
    lines = Lines(settings["file"])
    seen: queue.Queue[tuple[t.Any, ...]] = queue.Queue()
    interval = settings["interval"]

    def ask(moment: float) -> None:
        seen.put(("page", moment, answers(settings["url"], interval * 10)))

    if settings["address"]:
        threading.Thread(target=ask_who_has, args=(settings, seen), daemon=True).start()
    moment = time.time()
    while time.time() < settings["deadline"]:
        if settings["url"]:
            threading.Thread(target=ask, args=(moment,), daemon=True).start()
        moment += interval
        time.sleep(max(0.0, moment - time.time()))
        with contextlib.suppress(queue.Empty):
            while True:
                lines.add(*seen.get_nowait())


# --- all -------------------------------------------------------------------------------------------------------------


def main() -> None:
    mode, path = sys.argv[1:]
    settings = json.loads(pathlib.Path(path).read_text())
    {"sample": sample, "write": write, "probe": probe}[mode](settings)
    unit = settings["units"][mode]
    subprocess.run(["systemctl", "disable", "--quiet", unit], check=False)
    pathlib.Path("/etc/systemd/system", unit).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
