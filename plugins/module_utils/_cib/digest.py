# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identify the configuration that a CIB holds. Pure."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET


def configuration_digest(text: str) -> str:
    """Identifies the configuration in the CIB TEXT."""
    configuration = ET.fromstring(text).find("configuration")
    plain = (
        ET.canonicalize(ET.tostring(configuration, encoding="unicode"), strip_text=True)
        if configuration is not None
        else ""
    )
    return hashlib.sha256(plain.encode()).hexdigest()
