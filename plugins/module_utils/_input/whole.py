# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the variables of the cluster as a whole: its name, its password, corosync's options, URLs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, nearest, said
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import Around
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.nodes import Topology

CLUSTER_NAME = re.compile(r"[A-Za-z0-9._-]{1,256}")
PASSWORD_LENGTH = 8
NUMBER = re.compile(r"\d+")
# pcs: QUORUM_OPTIONS_INCOMPATIBLE_WITH_QDEVICE
AGAINST_DEVICE = ("auto_tie_breaker", "last_man_standing", "last_man_standing_window")

# The options that pcs takes for corosync, and whether each is a number.
KNET_LINK = dict.fromkeys(
    ("link_priority", "ping_interval", "ping_precision", "ping_timeout", "pong_count", "mcastport"), True
)
UDP_LINK = {"bindnetaddr": False, "broadcast": False, "mcastaddr": False, "ttl": True}
COROSYNC: Mapping[str, Mapping[str, bool]] = {
    "ha_totem": {
        "block_unlisted_ips": False,
        **dict.fromkeys(
            (
                *("consensus", "downcheck", "fail_recv_const", "heartbeat_failures_allowed", "hold", "join", "merge"),
                *("max_messages", "max_network_delay", "miss_count_const", "send_join", "seqno_unchanged_const"),
                *("token", "token_coefficient", "token_retransmit", "token_retransmits_before_loss_const"),
                "window_size",
            ),
            True,
        ),
    },
    "ha_quorum": {
        **dict.fromkeys(("auto_tie_breaker", "last_man_standing", "wait_for_all"), False),
        "last_man_standing_window": True,
    },
    "ha_transport_crypto": dict.fromkeys(("cipher", "hash", "model"), False),
    "ha_transport_compression": {"level": False, "model": False, "threshold": True},
    "ha_transport_options": {"ip_version": False, "knet_pmtud_interval": True, "link_mode": False, "netmtu": True},
}


def whole_problems(variables: Mapping[str, Any], around: Around, nodes: Topology) -> Iterator[Problem]:
    """Check the variables that are the same for all NODES."""
    for check in (cluster_name, password, corosync_options, urls):
        yield from check(variables, around)
    if "cluster" in around.roles:
        yield from quorum_device(variables, nodes)


def cluster_name(variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    name = variables.get("ha_cluster_name")
    if name is not None and not CLUSTER_NAME.fullmatch(str(name)):
        yield Problem(
            "ha_cluster_name", f"{said(name)} is not a valid cluster name; use letters, digits, dots, dashes and _."
        )


def password(variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    """Check the password. Role cluster needs none where all nodes are authenticated."""
    word = variables.get("ha_hacluster_password")
    if isinstance(word, str) and (word or {"os_prep", "qnetd"}.intersection(around.roles)):
        if not word:
            yield Problem(
                "ha_hacluster_password",
                f"it is not set. Give one of at least {PASSWORD_LENGTH} characters, in a vault:"
                " ansible-vault encrypt_string --name ha_hacluster_password",
            )
        elif len(word) < PASSWORD_LENGTH:
            yield Problem(
                "ha_hacluster_password", f"it has fewer than {PASSWORD_LENGTH} characters; choose a longer one."
            )
        elif "\n" in word:
            yield Problem("ha_hacluster_password", "it has a line break; take that out.")


def corosync_options(variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    if "cluster" not in around.roles:
        return
    for variable, table in COROSYNC.items():
        yield from options(variable, variables.get(variable), table)
    of_links = variables.get("ha_link_options")
    for name, values in of_links.items() if isinstance(of_links, Mapping) else ():
        yield from options(f"ha_link_options.{name}", values, {**KNET_LINK, **UDP_LINK, "transport": False})


def options(place: str, values: Any, table: Mapping[str, bool]) -> Iterator[Problem]:
    """Check VALUES, options of corosync at PLACE. Other versions of pcs may know options that TABLE lacks."""
    if not isinstance(values, Mapping):
        if place.count("."):
            yield Problem(place, "it takes a mapping of options.")
        return
    for name, value in values.items():
        near = nearest(str(name), table)
        if near and name not in table:
            yield Problem(place, f"there is no option '{name}'; did you mean '{near}'?")
        elif isinstance(value, (list, Mapping)):
            yield Problem(f"{place}.{name}", "it takes one value.")
        elif table.get(str(name)) and value is not None and not NUMBER.fullmatch(str(value)):
            yield Problem(f"{place}.{name}", f"{said(value)} is not a whole number.")


def quorum_device(variables: Mapping[str, Any], nodes: Topology) -> Iterator[Problem]:
    device = variables.get("ha_quorum_device")
    if not isinstance(device, Mapping) or not device or device.get("state", "present") != "present":
        return
    host = str(device.get("host") or "")
    quorum = variables.get("ha_quorum")
    own = {str(address) for addresses in (nodes.nodes or {}).values() for address in addresses.values()}
    if not host or " " in host:
        yield Problem(
            "ha_quorum_device", "it lacks 'host', the address of the arbitrator; add it, or say state: absent."
        )
    elif host in own or host in (nodes.nodes or {}):
        text = f"{said(host)} is a node of the cluster, and its vote would go down with it; choose a host outside."
        yield Problem("ha_quorum_device.host", text)
    for name in AGAINST_DEVICE:
        if isinstance(quorum, Mapping) and quorum.get(name):
            text = "corosync does not combine it with a quorum device (ha_quorum_device); remove one of them."
            yield Problem(f"ha_quorum.{name}", text)


def urls(variables: Mapping[str, Any], around: Around) -> Iterator[Problem]:
    values = variables.get("ha_service_urls")
    for index, url in enumerate(values if isinstance(values, (list, tuple)) else ()):
        if not re.match(r"https?://[^/\s]", str(url)):
            yield Problem(f"ha_service_urls[{index}]", f"{said(url)} is not a URL; write it like http://192.0.2.10/.")
