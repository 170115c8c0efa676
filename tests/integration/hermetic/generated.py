# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CIBs that the oracle and the rebuilding are tried with, and where a release holds them."""

from __future__ import annotations

import os
import pathlib
import random

from generated_cibs import Maker

from .conftest import Guest

INPUTS = pathlib.Path(__file__).with_name("inputs")
OF_PACEMAKER = "/usr/share/pacemaker/tests"
SCHEMAS = {"bookworm": ("pacemaker-3.9",), "trixie": ("pacemaker-4.0", "pacemaker-3.9")}
EVERYTHING = "ALL_CIBS" in os.environ  # all of Pacemaker's CIBs, and as many generated ones rebuilt as read


def generated(release: str, number: int) -> list[str]:
    """NUMBER CIBs for a RELEASE, always the same."""
    schemas = SCHEMAS[release]
    return [
        Maker(random.Random(f"{schema} {position}"), schema).cib()
        for schema in schemas
        for position in range(number // len(schemas))
    ]


def put(guest: Guest, directory: str, texts: dict[str, str]) -> str:
    """Write TEXTS under their names into an empty DIRECTORY of the release."""
    guest.command("rm", "-rf", directory)
    guest.command("mkdir", "-p", directory)
    for name, text in texts.items():
        guest.write(f"{directory}/{name}", text)
    return directory


def put_generated(guest: Guest, directory: str, number: int) -> str:
    texts = {f"{position:03}.xml": text for position, text in enumerate(generated(guest.release, number))}
    return put(guest, directory, texts)


def put_those_of_pacemaker(guest: Guest, directory: str) -> str | None:
    """Copy the CIBs of Pacemaker's own tests, if the release has them: the comparison writes files beside them."""
    guest.command("rm", "-rf", directory)
    return directory if guest.command("cp", "-r", OF_PACEMAKER, directory)["rc"] == 0 else None


def put_inputs(guest: Guest, directory: str) -> str:
    return put(guest, directory, {path.name: path.read_text(encoding="utf-8") for path in sorted(INPUTS.glob("*.xml"))})
