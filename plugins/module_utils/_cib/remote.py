# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes without corosync: remote nodes, which a resource of their own connects, and guest nodes, which are resources
with the meta attribute remote-node. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.declared import Declared
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Attributes, Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

if TYPE_CHECKING:
    from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive

AGENT = "ocf:pacemaker:remote"
GUEST = "remote-node"  # the meta attribute that names a guest node; the others are remote-addr and so on
ADDRESS = "remote-addr"
GUEST_OPTIONS = (ADDRESS, "remote-port", "remote-connect-timeout")


def is_remote(primitive: Primitive) -> bool:
    """Whether PRIMITIVE is the connection to a remote node, whose name is that of the resource."""
    return primitive.agent == AGENT


def node_of(primitive: Primitive) -> str | None:
    """The remote or guest node that PRIMITIVE makes."""
    return primitive.id if is_remote(primitive) else primitive.meta.get(GUEST)


def remote_and_guest_nodes(cib: Cib) -> list[str]:
    """The names of the remote and guest nodes."""
    return [name for name in map(node_of, cib.primitives.values()) if name]


def refuse_names_of_members(before: Cib, after: Cib) -> None:
    """Refuse a remote or guest node that would be new in AFTER and has the name of a node of corosync. pcs looks for
    those in corosync.conf, which it isn't given here. The entry of a remote node has its name as id."""
    members = {node.name.lower() for node in before.nodes.values() if node.xml_id not in (None, node.name)}
    known = remote_and_guest_nodes(before)
    for name in remote_and_guest_nodes(after):
        if name not in known and name.lower() in members:
            raise ClusterError(f"There is a node '{name}' already, so no remote or guest node can have this name.")


def with_address_of_node(before: Attributes, after: Attributes, declared: Declared) -> Attributes:
    """AFTER, the meta attributes of a resource that is declared, without the address of a guest node that has got
    another name, where that was the old name: pcs writes the name of the node where no address is declared."""
    old, new = before.get(GUEST), after.get(GUEST)
    if old is None or new in (None, old) or after.get(ADDRESS) != old or ADDRESS in (declared.get("meta") or {}):
        return after
    return {name: value for name, value in after.items() if name != ADDRESS}
