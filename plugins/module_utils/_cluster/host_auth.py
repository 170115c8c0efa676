# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the tokens of this host with the other nodes' pcsd, with the requests that pcs sends, without starting pcs."""

from __future__ import annotations

import concurrent.futures
import enum
import hashlib
import http.client
import ipaddress
import json
import ssl
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import node_sections, parse


class State(enum.Enum):
    """What a node's pcsd says to our token."""

    AUTHENTICATED = "authenticated"
    UNAUTHENTICATED = "unauthenticated"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Host:
    """A node and where its pcsd listens."""

    name: str
    address: str
    port: int = 2224

    @property
    def destination(self) -> str:
        """The address as `pcs host auth` wants it."""
        address = f"[{self.address}]" if _is_ipv6(self.address) else self.address
        return f"{address}:{self.port}"


Ask = t.Callable[[Host, str], State]


def parse_known_hosts(text: str) -> dict[str, tuple[str, str, int]]:
    """Token, address and port of each host in pcs's file known-hosts. A file that pcs couldn't read holds none."""
    try:
        entries = json.loads(text)["known_hosts"]
        return {
            name: (entry["token"], entry["dest_list"][0]["addr"], int(entry["dest_list"][0]["port"]))
            for name, entry in entries.items()
        }
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {}


def known_tokens(text: str) -> dict[str, dict[str, t.Any]]:
    """Of each host in pcs's file known-hosts where it is reached, and the digest of the token that is shown to it."""
    return {
        name: {"address": address, "port": port, "sha256": hashlib.sha256(token.encode()).hexdigest()}
        for name, (token, address, port) in parse_known_hosts(text).items()
    }


def accepted_tokens(text: str) -> list[str]:
    """The digests of the tokens in pcsd's file pcs_users.conf, which it accepts. None where it has another form."""
    try:
        return [hashlib.sha256(entry["token"].encode()).hexdigest() for entry in json.loads(text)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def token_for(host: Host, known: t.Mapping[str, tuple[str, str, int]]) -> str:
    """The token kept for HOST; empty when there is none or it is kept for another address."""
    token, address, port = known.get(host.name, ("", "", 0))
    return token if (address, port) == (host.address, host.port) else ""


def ask_pcsd(host: Host, token: str, *, timeout: float = 5.0) -> State:
    """Show TOKEN to HOST's pcsd."""
    # pcsd's certificates are self-signed, and pcs doesn't check them either: the token is what counts.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(host.address, host.port, timeout=timeout, context=context)
    try:
        connection.request(
            "POST",
            "/remote/check_auth",
            body="check_auth_only=1",
            headers={"Cookie": f"token={token}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return State.UNREACHABLE
    finally:
        connection.close()
    return State.AUTHENTICATED if token and status == http.client.OK else State.UNAUTHENTICATED


def check(hosts: t.Sequence[Host], known_hosts: str, ask: Ask = ask_pcsd) -> dict[str, State]:
    """The state of each of HOSTS, all asked at once."""
    known = parse_known_hosts(known_hosts)
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(len(hosts), 1)) as pool:
        states = pool.map(lambda host: ask(host, token_for(host, known)), hosts)
        return {host.name: state for host, state in zip(hosts, states)}  # noqa: B905 - strict= needs Python 3.10


def places(nodes: t.Iterable[t.Mapping[str, t.Any]], known_hosts: str, corosync_conf: str) -> list[Host]:
    """Where the pcsd of each of NODES listens: at its address, else where a token is kept for, else at the address that
    corosync's configuration has for it, else under its name, as pcs takes it. Raises CorosyncConfError."""
    known = parse_known_hosts(known_hosts)
    rings = {name: node.get("ring0_addr") for name, node in node_sections(parse(corosync_conf)).items()}
    hosts = []
    for node in nodes:
        name, address, port = node["name"], node["address"], node["port"]
        if not address and name in known:
            _token, address, port = known[name]
        hosts.append(Host(name, address or rings.get(name) or name, port))
    return hosts


def deauth_argv(names: t.Iterable[str]) -> list[str]:
    """The command that forgets the tokens of the hosts NAMES."""
    return ["pcs", "host", "deauth", *names]


def is_let_in(host: Host, known: t.Mapping[str, t.Any], accepted: t.Collection[str] | None) -> bool:
    """Whether HOST accepts the token that is KNOWN for it, as known_tokens says, going by the digests of those that it
    has ACCEPTED. None of those: it could not be asked, and is taken to accept what is kept for its address."""
    token = known.get(host.name)
    if token is None or (token["address"], int(token["port"])) != (host.address, host.port):
        return False
    return accepted is None or token["sha256"] in accepted


def without_token(
    nodes: t.Iterable[t.Mapping[str, t.Any]],
    known: t.Mapping[str, t.Any],
    found: t.Mapping[str, t.Mapping[str, t.Any]],
) -> list[str]:
    """The names of NODES that, by what was FOUND on them, don't accept the tokens KNOWN for them."""
    hosts = [Host(node["name"], node["address"], int(node["port"])) for node in nodes]
    accepted = {name: look["tokens"]["accepted"] for name, look in found.items()}
    return [host.name for host in hosts if not is_let_in(host, known, accepted.get(host.name))]


def auth_argv(hosts: t.Iterable[Host], username: str) -> list[str]:
    """The command that authenticates against HOSTS; it reads the password from its standard input."""
    argv = ["pcs", "host", "auth", "-u", username]
    for host in hosts:
        argv += [host.name, f"addr={host.destination}"]
    return argv


def _is_ipv6(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).version == 6
    except ValueError:
        return False
