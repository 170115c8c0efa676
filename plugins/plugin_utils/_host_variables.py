# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of another host, without those that can't be read."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

import jinja2
from ansible.errors import AnsibleError


class HostVariables(Mapping[str, t.Any]):
    """The variables of a host as hostvars has them.

    A variable that can't be read, such as an encrypted value without the vault password or a template of something
    undefined, counts as not set: the host itself reports it.
    """

    def __init__(self, variables: Mapping[str, t.Any]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> t.Any:
        try:
            return readable(self._variables[name])
        except (AnsibleError, jinja2.UndefinedError):
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def readable(value: t.Any) -> t.Any:
    """VALUE with all that its templates make. Raises UndefinedError: something in it is not defined. Inside of a
    template, Ansible returns that as a value."""
    if isinstance(value, jinja2.Undefined):
        raise jinja2.UndefinedError
    if isinstance(value, Mapping):
        return {key: readable(each) for key, each in value.items()}
    return [readable(each) for each in value] if isinstance(value, (list, tuple)) else value
