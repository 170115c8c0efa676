# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of blocks are asked again before each task in them, so steps that are due are included, not put in blocks.

In role iptables, a block that installed what was missing left out its second task, and the rules that removing ufw had
flushed were not loaded again.
"""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
FILES = sorted(CHECKOUT.glob("roles/*/tasks/*.yml"))


def blocks(value: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """The blocks in VALUE, those in other blocks as well."""
    for item in value if isinstance(value, list) else []:
        if "block" in item:
            yield item
        for key in ("block", "rescue", "always"):
            yield from blocks(item.get(key))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CHECKOUT / "roles")))
def test_no_block_is_run_because_it_is_due(path: pathlib.Path) -> None:
    for block in blocks(yaml.safe_load(path.read_text())):
        assert not re.search(r"__\w+(_due|\.due)\b", str(block.get("when", ""))), block["name"]
