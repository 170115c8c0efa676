# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says how often files were opened, from "ready" until standard input ends. Every pcs opens its main module once."""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys

IN_OPEN = 0x20
EVENT = struct.Struct("iIII")


def count(data: bytes) -> int:
    """How many events are in DATA."""
    number = 0
    while data:
        length = EVENT.unpack_from(data)[3]
        data = data[EVENT.size + length :]
        number += 1
    return number


def main() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init()
    for path in sys.argv[1:]:
        if libc.inotify_add_watch(descriptor, os.fsencode(path), IN_OPEN) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)
    print("ready", flush=True)
    opened = 0
    while True:
        readable, _writable, _failed = select.select([descriptor, 0], [], [])
        if descriptor in readable:
            opened += count(os.read(descriptor, 65536))
        elif not os.read(0, 4096):
            break
    print(opened)


if __name__ == "__main__":
    main()
