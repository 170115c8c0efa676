# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifying has disturbed nothing."""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree


def test_nothing_failed(host: t.Any) -> None:
    status = ElementTree.fromstring(host.check_output("crm_mon --one-shot --output-as=xml"))
    assert not status.findall("./failures/failure")
    assert status.findall(".//resource[@id='lighttpd'][@role='Started']")
