# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CIBs that the oracle and the rebuilding are tried with, and where a release holds them."""

from __future__ import annotations

import itertools
import os
import pathlib
import random
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any

from generated_cibs import Maker

from .conftest import PACKAGES, Guest

INPUTS = pathlib.Path(__file__).with_name("inputs")
OF_PACEMAKER = "/usr/share/pacemaker/tests"
INPUTS_AT_LEAST = 900  # Debian 13 has 919 of them
MOST = ("pacemaker-3.9", "pacemaker-4.0")  # the last but one of each generation, or the last
EACH = 5  # CIBs of each form at least
TRIES = 2000  # how many CIBs are looked through for one of a form
EVERYTHING = "ALL_CIBS" in os.environ  # all of Pacemaker's CIBs, and as many generated ones rebuilt as read

# Each is found somewhere in the generated CIBs, as an XPath of ElementTree.
FORMS = (
    "rule[@id]",
    "rule[@boolean-op='or']",
    "rule[@score-attribute]",
    "rule[@id-ref]",
    "rule/rule/rule",
    "expression[@value-source='param']",
    "date_expression/duration",
    "date_expression/date_spec",
    "rsc_expression",
    "op_expression",
    "instance_attributes[@score]",
    "instance_attributes[@id-ref]",
    "instance_attributes/rule",
    "nvpair[@id-ref]",
    "nvpair[@value='']",
    "nvpair[@value='suicide']",
    "operations[@id-ref]",
    "op/meta_attributes",
    "op[@interval='30000ms']",
    "template",
    "primitive[@template]",
    "bundle/podman",
    "rsc_location[@role]",
    "rsc_location[@rsc-pattern]",
    "resource_set[@id-ref]",
    "rsc_ticket",
    "fencing-level[@target-attribute]",
    "acl_permission[@object-type]",
    "alert/recipient",
    "tag/obj_ref",
    "nvpair[@name='remote-node']",
    "primitive[@type='remote']",
)


def generated(schemas: Sequence[str], number: int) -> list[str]:
    """NUMBER CIBs for SCHEMAS, always the same. Each of the FORMS is in EACH, or in one where few are made."""
    each = max(1, min(EACH, number // 30))
    drawn = [draw(schemas, position) for position in range(number)]
    having: dict[str, list[int]] = {form: [] for form in FORMS}
    for position in range(TRIES):
        if position == len(drawn):
            drawn.append(draw(schemas, position))
        root = ET.fromstring(drawn[position])
        for form, positions in having.items():
            if len(positions) < each and root.find(f".//{form}") is not None:
                positions.append(position)
        if position >= number and all(len(positions) == each for positions in having.values()):
            break
    needed = [
        position
        for together in itertools.zip_longest(*having.values())
        for position in together
        if position is not None
    ]
    return [drawn[position] for position in list(dict.fromkeys([*needed, *range(number)]))[:number]]


def draw(schemas: Sequence[str], position: int) -> str:
    """One of the CIBs for SCHEMAS: every third for an older one, the others for those that know most."""
    most = [schema for schema in schemas if schema in MOST or schema == schemas[-1]]
    older = [schema for schema in schemas if schema not in most]
    turn, place = divmod(position, 3)
    schema = older[turn % len(older)] if place == 2 else most[position % len(most)]
    return Maker(random.Random(f"{schema} {position}"), schema).cib()


def put(guest: Guest, directory: str, texts: dict[str, str]) -> str:
    """Write TEXTS under their names into an empty DIRECTORY of the release."""
    guest.command("rm", "-rf", directory)
    guest.command("mkdir", "-p", directory)
    for name, text in texts.items():
        guest.write(f"{directory}/{name}", text)
    return directory


def put_generated(guest: Guest, directory: str, number: int) -> str:
    texts = {f"{position:03}.xml": text for position, text in enumerate(generated(guest.schemas, number))}
    return put(guest, directory, texts)


def put_those_of_pacemaker(guest: Guest, directory: str) -> str | None:
    """Copy the CIBs of Pacemaker's own tests, if the release has them: the comparison writes files beside them."""
    guest.command("rm", "-rf", directory)
    return directory if guest.command("cp", "-r", OF_PACEMAKER, directory)["rc"] == 0 else None


def of_pacemaker(guest: Guest, survey: str, step: int) -> dict[str, Any]:
    """What the function SURVEY finds in every STEP-th CIB of Pacemaker's own tests, where the release has them."""
    copied = put_those_of_pacemaker(guest, "/tmp/of-pacemaker")
    assert (copied is not None) == ("pacemaker-cts" in PACKAGES[guest.release])  # Debian 12 has no package of them
    found: dict[str, Any] = guest.call(survey, directory=copied, step=step) if copied else {}
    assert len(found) == -(-guest.inputs_of_pacemaker // step)
    assert guest.inputs_of_pacemaker >= (INPUTS_AT_LEAST if copied else 0)
    return found


def put_inputs(guest: Guest, directory: str) -> str:
    return put(guest, directory, {path.name: path.read_text(encoding="utf-8") for path in sorted(INPUTS.glob("*.xml"))})
