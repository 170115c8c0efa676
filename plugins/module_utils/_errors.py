# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors that a module reports to the user. No Ansible here."""

from __future__ import annotations

from typing import Any


class ClusterError(Exception):
    """Something the user has to know: one sentence, and details for the module's result."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class ConflictError(ClusterError):
    """Someone else changed the cluster's configuration meanwhile."""
