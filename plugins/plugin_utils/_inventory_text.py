# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of the files of an inventory: YAML as people write it, and comments."""

from __future__ import annotations

import io
import textwrap
import typing as t

import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.adoption import Template

WIDTH = 138


class Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """YAML as people write it, in which no value is a template by accident."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:  # noqa: ARG002
        return True


def represent_text(dumper: Dumper, value: str) -> yaml.Node:
    """A text that Ansible would take for a template gets the tag that tells it not to."""
    text = str.__str__(value)
    if not isinstance(value, Template) and any(mark in text for mark in ("{{", "{%", "{#")):
        return dumper.represent_scalar("!unsafe", text, style='"')
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if isinstance(value, Template) else None)


Dumper.add_representer(str, represent_text)
Dumper.add_multi_representer(str, represent_text)
Dumper.add_multi_representer(dict, lambda dumper, value: dumper.represent_dict(dict(value).items()))
Dumper.add_multi_representer(list, lambda dumper, value: dumper.represent_list(list(value)))


def as_yaml(value: t.Any, *, short: bool = False) -> str:
    """VALUE in YAML. If SHORT, a list or mapping of plain words stands on one line."""
    stream = io.StringIO()
    dumper = Dumper(
        stream, sort_keys=False, width=WIDTH, allow_unicode=True, default_flow_style=None if short else False
    )
    node = dumper.represent_data(value)
    node.flow_style = False
    dumper.open()
    dumper.serialize(node)
    dumper.close()
    return stream.getvalue().replace(": null\n", ":\n")


def comment(text: str, bullet: str = "") -> str:
    """TEXT as a comment, which no line break in it ends."""
    lines = textwrap.wrap(" ".join(text.split()), WIDTH - 2, initial_indent=bullet, subsequent_indent=" " * len(bullet))
    return "".join(f"# {line}\n" for line in lines)
