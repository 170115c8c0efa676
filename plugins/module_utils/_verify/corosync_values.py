# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that corosync 3.1 refuses, and settings of corosync 1 and 2 that it ignores. Pure.

Sources: main_config_parser_cb() and totem_config_validate() of corosync, corosync.conf(5). A test compares this with
what `corosync -t` says.
"""

from __future__ import annotations

import collections
import ipaddress
import re
import typing as t

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import Section

BYTE, SHORT, WORD = 2**8 - 1, 2**16 - 1, 2**32 - 1
LINKS = 8
_TOTEM_NUMBERS = (
    *("version", "nodeid", "threads", "token", "token_coefficient", "token_retransmit", "token_warning", "hold"),
    *("token_retransmits_before_loss_const", "join", "send_join", "consensus", "merge", "downcheck"),
    *("fail_recv_const", "seqno_unchanged_const", "heartbeat_failures_allowed", "max_network_delay", "window_size"),
    *("max_messages", "miss_count_const", "knet_pmtud_interval", "knet_mtu", "knet_compression_threshold", "netmtu"),
)
_QUORUM_SWITCHES = (
    *("two_node", "expected_votes_tracking", "allow_downscale", "wait_for_all", "auto_tie_breaker"),
    "last_man_standing",
)
_QUORUM_NUMBERS = ("expected_votes", "votes", "last_man_standing_window", "leaving_timeout")
_PINGS = ("knet_ping_interval", "knet_ping_timeout", "knet_ping_precision", "knet_pong_count")
# The range of every setting that is a number.
RANGES: t.Mapping[str, tuple[int, int]] = {
    **{f"totem.{name}": (0, WORD) for name in _TOTEM_NUMBERS},
    "totem.knet_compression_level": (-(2**31), 2**31 - 1),
    "totem.config_version": (0, 2**64 - 1),
    **{f"quorum.{name}": (0, WORD) for name in _QUORUM_NUMBERS},
    **{f"quorum.{name}": (0, BYTE) for name in _QUORUM_SWITCHES},
    **{f"quorum.device.{name}": (0, WORD) for name in ("timeout", "sync_timeout", "votes")},
    "quorum.device.master_wins": (0, BYTE),
    **{f"totem.interface.{name}": (0, WORD) for name in _PINGS},
    **{f"totem.interface.{name}": (0, BYTE) for name in ("ttl", "knet_link_priority")},
    "totem.interface.linknumber": (0, LINKS - 1),
    "totem.interface.mcastport": (0, SHORT),
    "nodelist.node.nodeid": (1, WORD),
    "nodelist.node.quorum_votes": (0, WORD),
    # Narrower where the range is looked at later.
    "totem.version": (2, 2),
    "totem.token_warning": (0, 100),
    **{f"totem.{name}": (30, WORD) for name in ("join", "merge", "downcheck", "max_network_delay", "token_retransmit")},
    "totem.hold": (14, WORD),
}
_YES, _ON = ("yes", "no"), ("on", "off")
_PRIORITIES = ("emerg", "alert", "crit", "err", "error", "warn", "warning", "notice", "info", "debug")
_FACILITIES = (
    *("auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "news", "syslog", "user", "uucp"),
    *(f"local{number}" for number in range(8)),
)
_LOGGING: t.Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("to_logfile", "to_syslog", "to_stderr"), _YES),
    "debug": (*_ON, "trace"),
    "timestamp": (*_ON, "hires"),
    **dict.fromkeys(("fileline", "function_name"), _ON),
    "syslog_facility": _FACILITIES,
    **dict.fromkeys(("syslog_priority", "logfile_priority"), _PRIORITIES),
}
# The words of every setting that is a word of a few.
WORDS: t.Mapping[str, tuple[str, ...]] = {
    "totem.transport": ("knet", "udp", "udpu"),
    "totem.ip_version": ("ipv4", "ipv6", "ipv4-6", "ipv6-4"),
    "totem.link_mode": ("active", "passive", "rr"),
    "totem.crypto_model": ("nss", "openssl", "gcrypt"),
    "totem.crypto_cipher": ("none", "aes256", "aes192", "aes128"),
    "totem.crypto_hash": ("none", "md5", "sha1", "sha256", "sha384", "sha512"),
    "totem.knet_compression_model": ("none", "zlib", "lz4", "lz4hc", "lzo2", "lzma", "bzip2", "zstd"),
    "totem.interface.knet_transport": ("udp", "sctp"),
    "system.qb_ipc_type": ("native", "shm", "socket"),
    "system.sched_rr": _YES,
    "system.move_to_root_cgroup": (*_YES, "auto"),
    "system.allow_knet_handle_fallback": _YES,
    **{f"logging.{name}": values for name, values in _LOGGING.items()},
    **{f"logging.logger_subsys.{name}": values for name, values in _LOGGING.items()},
}
CRYPTO = ("crypto_cipher", "crypto_hash", "secauth")
_NUMBER = re.compile(r"[+-]?\d+")
# Settings and sections that corosync 3 does not read any more.
_OLD = re.compile(
    r"totem\.(rrp_\w+|threads|vsftype|crypto_type)|totem\.interface\.(ringnumber|member\..*)"
    r"|(service|aisexec|amf|qb)\..*|compatibility"
)
_MULTICAST = re.compile(r"totem\.interface\.(bindnetaddr|mcastaddr|broadcast)")


def flat(section: Section, path: str = "") -> t.Iterator[tuple[str, str]]:
    """Every setting of SECTION with its path, in which lists have no numbers."""
    for key, value in section.attributes:
        yield f"{path}{key}", value
    for child in section.sections:
        yield from flat(child, f"{path}{child.name}.")


def refused(root: Section) -> list[str]:
    """What corosync refuses to start with, one sentence each."""
    return [*_values(root), *_sections(root), *_links(root)]


def _values(root: Section) -> t.Iterator[str]:
    for path, value in flat(root):
        if path in RANGES:
            low, high = RANGES[path]
            if not _NUMBER.fullmatch(value):
                yield f"{path} is '{value}', which is not a whole number"
            elif not low <= int(value) <= high:
                yield f"{path} is {value}, not {low if low == high else f'between {low} and {high}'}"
        elif path in WORDS and value not in WORDS[path]:
            yield f"{path} is '{value}', none of {', '.join(WORDS[path])}"


def _sections(root: Section) -> t.Iterator[str]:
    if root.children("totem") and not root.child("totem").get("version"):
        yield "totem has no version: 2"
    for path, key, section in (("logging", "subsys", "logger_subsys"), ("logging", "name", "logging_daemon")):
        for child in root.children(path):
            if any(not item.get(key) for item in child.children(section)):
                yield f"{path}.{section} has no {key}"
    for path, _value in flat(root):
        if re.fullmatch(r"uidgid\.(?!uid$|gid$).*", path):
            yield f"uidgid knows only uid and gid, not {path.partition('.')[2]}"


def _links(root: Section) -> t.Iterator[str]:
    transport = root.child("totem").get("transport", "knet")
    by_link: dict[str, list[str]] = collections.defaultdict(list)
    for path, value in flat(root):
        match = re.fullmatch(r"nodelist\.node\.ring(\d+)_addr", path)
        if match is not None:
            by_link[match[1]].append(value)
    for link, addresses in by_link.items():
        if int(link) >= LINKS:
            yield f"link {link} is beyond the last one, {LINKS - 1}"
        versions = {version for version in map(_version, addresses) if version}
        if len(versions) > 1:
            yield f"the addresses of link {link} are of IPv4 and of IPv6"
    if transport in ("udp", "udpu") and len(by_link) > 1:
        yield f"transport {transport} has one link, the nodes have {len(by_link)}"
    if by_link and "0" not in by_link:
        yield "no node has a ring0_addr"
    for interface in root.child("totem").children("interface"):
        if transport != "udp" and interface.get("ttl", "1") != "1":
            yield f"ttl is {interface.get('ttl')}, which only transport udp takes"
        if transport != "knet" and interface.get("knet_link_priority", "1") != "1":
            yield "knet_link_priority is set, which only transport knet takes"


def _version(address: str) -> int:
    try:
        return ipaddress.ip_address(address).version
    except ValueError:
        return 0


def needs_corosync_2(root: Section) -> list[str]:
    """The settings that only corosync 2 starts with: multicast without a transport, for udp was its default, and what
    its transports udp and udpu could do: encrypt, and use two rings. None where the file is of corosync 3 by the names
    of its nodes, and has no other setting of old."""
    is_old = any(_OLD.fullmatch(path) for path, _value in flat(root))
    if not is_old and any(path == "nodelist.node.name" for path, _value in flat(root)):
        return []
    totem = root.child("totem")
    transport, interfaces = totem.get("transport"), totem.children("interface")
    signs = []
    if transport == "iba":
        signs.append("transport: iba")
    if not transport and not _node_addresses(root) and any(map(_binds, interfaces)):
        signs.append("multicast without a transport")
    if transport in ("udp", "udpu"):
        crypto = [f"{key}: {totem.get(key)}" for key in CRYPTO if totem.get(key) not in ("", "none", "off", "no", "0")]
        signs += [f"{setting} with transport {transport}" for setting in crypto]
    if transport in ("", "udp", "udpu") and totem.get("rrp_mode") in ("active", "passive"):
        signs.append(f"rrp_mode: {totem.get('rrp_mode')}")
    return signs


def _node_addresses(root: Section) -> list[str]:
    return [value for path, value in flat(root) if re.fullmatch(r"nodelist\.node\.ring\d+_addr", path)]


def _binds(interface: Section) -> bool:
    return any(interface.get(name) for name in ("bindnetaddr", "mcastaddr", "broadcast"))


def leftovers(root: Section) -> list[str]:
    """Settings of corosync 1 and 2 that corosync 3 ignores."""
    totem = root.child("totem")
    has_crypto = bool(totem.get("crypto_cipher") or totem.get("crypto_hash"))
    is_multicast = totem.get("transport", "knet") == "udp" or not root.children("nodelist")
    return list(
        dict.fromkeys(
            path
            for path, _value in flat(root)
            if _OLD.fullmatch(path)
            or (path == "totem.secauth" and has_crypto)
            or (_MULTICAST.fullmatch(path) and not is_multicast)
        )
    )
