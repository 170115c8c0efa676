# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the root file system of a Debian release: brings a CIB to the schema that its Pacemaker works with.

Each tool of Pacemaker does so with each CIB of an older schema that it reads, and takes ten times as long for that as
for its work. Here it is done once, with the same files and in the same way as pcmk__update_schema() does it."""

from __future__ import annotations

import functools
import os
import pathlib
import re
import subprocess
import tempfile
from typing import Any

import loaded_pcs

OLD = re.compile(rb'validate-with="pacemaker-[12]\.')  # there are only few of them
PIPELINES = {"pacemaker-3": "3.10"}  # the first part of what schemas are called: the last of them


@functools.cache
def pipeline(name: str) -> list[Any]:
    """The transformations of a CIB from the last schema NAME, such as 3.10, to the next, in their order."""
    from lxml import etree  # type: ignore[import-untyped]

    numbered = {
        int(found[1]): path
        for path in loaded_pcs.SCHEMAS.glob(f"upgrade-{name}-*.xsl")
        if (found := re.fullmatch(rf"upgrade-{re.escape(name)}-(\d+)", path.stem))
    }
    return [etree.XSLT(etree.parse(str(path))) for _number, path in sorted(numbered.items())]


def upgraded(path: str) -> str:
    """The path of a file with the CIB of the file PATH for the newest schema; PATH itself where this can't be done."""
    old, new = pathlib.Path(path), pathlib.Path(f"{path}.upgraded")
    text = upgraded_text(old.read_text(encoding="utf-8"))
    if text is not None:
        new.write_text(text, encoding="utf-8")
        return str(new)
    return str(new) if OLD.search(old.read_bytes()) and is_upgraded(old, new) else path


def is_upgraded(old: pathlib.Path, new: pathlib.Path) -> bool:
    """Have the real tool write the CIB of the file OLD for the newest schema into the file NEW. Says whether it did."""
    new.write_bytes(old.read_bytes())
    done = subprocess.run(
        ["cibadmin", "--upgrade", "--force"], env={**os.environ, "CIB_file": str(new)}, capture_output=True, check=False
    )
    return done.returncode == 0


def upgraded_text(text: str) -> str | None:
    """The CIB whose XML is TEXT for the newest schema, or None where that is left to Pacemaker."""
    from lxml import etree

    root = etree.fromstring(text.encode())
    last = PIPELINES.get(root.get("validate-with", "").partition(".")[0])
    newest = loaded_pcs.schema("pacemaker-4.0")
    if last is None or newest is None or not loaded_pcs.is_valid(text):
        return None
    root.set("validate-with", f"pacemaker-{last}")
    if not loaded_pcs.schema(f"pacemaker-{last}").validate(root):
        return None
    # what the next schema allows is not transformed
    if not newest.validate(root):
        for transform in pipeline(last):
            root = transform(root).getroot()
    root.set("validate-with", "pacemaker-4.0")
    result: str = etree.tostring(root, encoding="unicode")
    return result if newest.validate(root) else None


def comparison(directory: str) -> dict[str, list[str]]:
    """Which of the CIB files in DIRECTORY are upgraded here, and which of them cibadmin upgrades to something else."""
    found: dict[str, list[str]] = {"upgraded": [], "different": []}
    for path in sorted(pathlib.Path(directory).glob("*.xml")):
        text = path.read_text(encoding="utf-8")
        mine = upgraded_text(text)
        if mine is None:
            continue
        found["upgraded"].append(path.name)
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as copy:
            assert is_upgraded(path, pathlib.Path(copy.name))
            real = pathlib.Path(copy.name).read_text(encoding="utf-8")
        if configuration(mine) != configuration(real):
            found["different"].append(path.name)
    return found


def configuration(text: str) -> bytes:
    """What a CIB says: its configuration without blanks between elements."""
    from lxml import etree

    found = etree.fromstring(text.encode(), etree.XMLParser(remove_blank_text=True)).find("configuration")
    canonical: bytes = etree.tostring(found, method="c14n", with_tail=False, with_comments=False)
    return canonical
