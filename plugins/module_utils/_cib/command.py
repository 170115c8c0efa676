# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pcs command and its arguments. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.secrets import is_secret, mask_argument

FORCE = ("--force",)
PCS, CIBADMIN = "pcs", "cibadmin"


@dataclass(frozen=True)
class Command:
    """Arguments of pcs, or of cibadmin for what pcs can't write, and what they are about. A variant replaces them where
    pcs has its capability.

    What they are about `holds_secrets` when pcs could show one though the arguments don't.
    """

    subject: str
    argv: tuple[str, ...]
    variants: tuple[tuple[str, tuple[str, ...]], ...] = ()
    flags: tuple[str, ...] = ()
    agent: str = ""
    node: str = ""
    tool: str = PCS
    holds_secrets: bool = False

    def arguments(self, cib_file: str, argv: tuple[str, ...]) -> list[str]:
        """The command line after `pcs`, to run on CIB_FILE. `--` ends the options, as a score may begin with a dash."""
        return ["-f", cib_file, *self.flags, "--", *argv]

    def shown(self) -> list[str]:
        """The command as a user may read it."""
        return [self.tool, *self.flags, *map(mask_argument, self.argv)]

    @property
    def has_secrets(self) -> bool:
        return self.holds_secrets or any(
            is_secret(name) and value for name, _equals, value in (item.partition("=") for item in self.argv)
        )


def create_element(subject: str, section: str, tag: str, attributes: Attributes) -> Command:
    """Add an element without content to a SECTION of the CIB."""
    return edit(subject, ("--create", "--scope", section), tag, attributes)


def set_attributes(subject: str, section: str, tag: str, attributes: Attributes) -> Command:
    """Set XML attributes of an element that is there, which `id` among them names."""
    return edit(subject, ("--modify", "--scope", section), tag, attributes)


def delete_element(subject: str, section: str, tag: str, attributes: Attributes) -> Command:
    """Take an element, which its attributes name, out of a SECTION of the CIB."""
    return edit(subject, ("--delete", "--scope", section), tag, attributes)


def edit(subject: str, verb: tuple[str, ...], tag: str, attributes: Attributes) -> Command:
    # Newer versions of cibadmin take only ASCII as an argument where the locale is C.
    xml = ET.tostring(ET.Element(tag, dict(attributes)), encoding="us-ascii").decode("ascii")
    return Command(subject, (*verb, "--xml-text", xml), tool=CIBADMIN)


def changed_options(before: Attributes, after: Attributes) -> list[str]:
    """`name=value` for every option that differs, `name=` for one that is to go."""
    removed = [f"{name}=" for name in before if name not in after]
    return [*removed, *(f"{name}={value}" for name, value in after.items() if before.get(name) != value)]


def set_options(
    subject: str, verb: tuple[str, ...], before: Attributes, after: Attributes, node: str = ""
) -> Iterator[Command]:
    options = changed_options(before, after)
    if options:
        names = ", ".join(option.partition("=")[0] for option in options)
        yield Command(f"{subject} {names}", (*verb, *options), node=node)


def placed(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return each member to move in order to turn BEFORE into AFTER, and the flags for its place."""
    order = [member for member in before if member in after]
    for position, member in enumerate(after):
        if order[position : position + 1] == [member]:
            continue
        if member in order:
            order.remove(member)
        place: tuple[str, ...] = ("--before", order[0]) if order else ()
        if position > 0:
            place = ("--after", order[position - 1])
        yield member, place
        order.insert(position, member)


def arguments(options: Attributes) -> list[str]:
    """`name=value` for every option."""
    return [f"{name}={value}" for name, value in options.items()]
