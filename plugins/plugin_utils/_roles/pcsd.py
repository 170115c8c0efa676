# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses and ports of the nodes' pcsd."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping


def pcsd_of(nodes: Mapping[str, Mapping[str, str]], network: str, port: int) -> tuple[Mapping[str, t.Any], ...]:
    """The pcsd of each of NODES, as pcs_host_auth takes it: at the address of the node in NETWORK, and at PORT."""
    return tuple({"name": name, "address": addresses[network], "port": port} for name, addresses in nodes.items())
