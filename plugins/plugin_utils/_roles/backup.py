# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role backup."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import without_token

from .host import Host
from .pcsd import pcsd_of

CONFIGURATION = "/etc/corosync/corosync.conf"


def problems(values: Mapping[str, t.Any], _host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables, one sentence each."""
    file, paths = values["ha_backup_file"] or "", values["ha_backup_paths"] or ()
    if not file or file.endswith("/"):
        yield f"ha_backup_file is {file}; give the path of a file on the controller."
    if CONFIGURATION not in paths:
        yield f"ha_backup_paths lacks {CONFIGURATION}, without which nothing could be restored. Add it."
    relative = [path for path in paths if not path.startswith("/")]
    if relative:
        yield f"ha_backup_paths has {', '.join(relative)}. Begin each path with a slash."
    if (values["ha_backup_keep"] or 0) < 0:
        yield f"ha_backup_keep is {values['ha_backup_keep']}; give 0 or more."


def plan_pcsd(nodes: Mapping[str, Mapping[str, str]], *, network: str, port: int) -> tuple[Mapping[str, t.Any], ...]:
    """The address and port of the pcsd of each of NODES."""
    return pcsd_of(nodes, network, port)


def plan_tokenless(
    pcsd: Sequence[Mapping[str, t.Any]], *, tokens: Mapping[str, t.Any], found: Mapping[str, t.Any]
) -> list[str]:
    """The nodes that don't accept the TOKENS that the backup has for them, by the results of corosync_info (FOUND)."""
    return without_token(pcsd, tokens, found)
