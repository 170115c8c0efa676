# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes without corosync: remote nodes, which a resource of their own connects, and guest nodes, which are resources
with the meta attribute remote-node. Pure."""

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib, Primitive

AGENT = "ocf:pacemaker:remote"
GUEST = "remote-node"  # the meta attribute that names a guest node; the others are remote-addr and so on
GUEST_OPTIONS = ("remote-addr", "remote-port", "remote-connect-timeout")


def is_remote(primitive: Primitive) -> bool:
    """Whether PRIMITIVE is the connection to a remote node, whose name is that of the resource."""
    return primitive.agent == AGENT


def node_of(primitive: Primitive) -> str | None:
    """The remote or guest node that PRIMITIVE makes."""
    return primitive.id if is_remote(primitive) else primitive.meta.get(GUEST)


def remote_and_guest_nodes(cib: Cib) -> list[str]:
    """The names of the remote and guest nodes."""
    return [name for name in map(node_of, cib.primitives.values()) if name]
