# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of a cluster and their ports: the one table that iptables, firewalld, verify and the documentation use.

Pure. A port that is not the usual one is given as `ports_by_service`: the name of a service to a list of ports.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.ports import Ports, parse_ports

PortsByService = Mapping[str, Sequence[t.Any]]


class Use(t.NamedTuple):
    """Incoming packets of a service: a PROTOCOL of IP, with PORTS where it has them.

    DESTINATION: only packets to this address. VERSION: only this version of IP.
    """

    protocol: str
    ports: Ports | None = None
    destination: str = ""
    version: str = ""


class Service(t.NamedTuple):
    """What a service uses, what it is, and the VARIABLE that sets its port."""

    uses: tuple[Use, ...]
    about: str
    variable: str = ""


def tcp(first: int, last: int = 0) -> Use:
    return Use("tcp", Ports("tcp", first, last or first))


def udp(first: int, last: int = 0, destination: str = "", version: str = "") -> Use:
    return Use("udp", Ports("udp", first, last or first), destination, version)


SERVICES: dict[str, Service] = {
    "pcsd": Service((tcp(2224),), "pcs on the other nodes", "ha_pcsd_port"),
    "corosync": Service((udp(5404, 5412),), "corosync on the other nodes", "ha_link_options"),
    "fence_xvm": Service((tcp(1229),), "fence_virtd, which connects back to the node that asks", "ha_fence_virt_port"),
    "fence_virtd_multicast": Service(
        (
            udp(1229, destination="225.0.0.12/32", version="ipv4"),
            Use("igmp", version="ipv4"),
        ),
        "for a hypervisor: requests by multicast",
        "ha_fence_virt_port",
    ),
    "fence_virtd_tcp": Service((tcp(1229),), "for a hypervisor: requests by TCP", "ha_fence_virt_port"),
    "pacemaker_remote": Service((tcp(3121),), "for a remote node"),
    "qnetd": Service((tcp(5403),), "for an arbitrator", "ha_qnetd_port"),
    "booth": Service((tcp(9929), udp(9929)), "tickets between clusters"),
    "dlm": Service((tcp(21064),), "the lock manager of cluster file systems"),
}

# The variable that is the port of a service.
PORT_VARIABLES = {name: each.variable for name, each in SERVICES.items() if each.variable.endswith("_port")}


def uses(service: str, ports_by_service: PortsByService) -> list[Use]:
    """What SERVICE uses, with its PORTS_BY_SERVICE instead of the usual ones where they are given.

    Raises ClusterError where there is no such service or one of its ports is wrong.
    """
    if service not in SERVICES:
        raise ClusterError(f"There is no service '{service}'; there are {', '.join(SERVICES)}.")
    given = ports_by_service.get(service) or ()
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ClusterError(f"The ports of {service} are {given!r}; write a list of ports, such as [{given}].")
    try:
        return [
            use if ports is None else use._replace(ports=ports)
            for use in SERVICES[service].uses
            for ports in ([parse_ports(value, use.protocol) for value in given] if given and use.ports else [use.ports])
        ]
    except ValueError as error:
        raise ClusterError(f"The ports of {service}: {error}") from error


def ports_of(service: str, ports_by_service: PortsByService) -> list[Ports]:
    """The ports of SERVICE."""
    return [use.ports for use in uses(service, ports_by_service) if use.ports is not None]


def link_ports(mcastport: int, transport: str) -> str:
    """The ports of a link with its own MCASTPORT. Other transports than knet use the one below as well.
    Source: corosync.conf(5)."""
    return str(mcastport) if transport == "knet" else f"{mcastport - 1}-{mcastport}"


def usual_ports(service: str) -> list[str]:
    """The numbers of the usual ports of SERVICE."""
    return list(dict.fromkeys(ports.numbers for ports in ports_of(service, {})))


def corosync_ports(link_options: Mapping[str, Mapping[str, t.Any]], transport: str = "knet") -> list[str]:
    """The ports of corosync with these LINK_OPTIONS. The usual ones stay, for links that have no port of their own.

    A mcastport that is not a number stays as it is, for parse_ports to refuse.
    """
    own = [str(options["mcastport"]) for options in link_options.values() if (options or {}).get("mcastport")]
    found = [link_ports(int(port), transport) if port.isdecimal() else port for port in own]
    return list(dict.fromkeys([*usual_ports("corosync"), *found]))
