# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs at the start of every Python in a release: while the file NOTES exists, each command that is started is noted
in it, with all its arguments."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

NOTES = "/tmp/processes"


def note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen" and os.path.exists(NOTES):
        with open(NOTES, "a", encoding="utf-8") as stream:
            stream.write(json.dumps([os.fsdecode(word) for word in arguments[1]]) + "\n")


sys.addaudithook(note)
