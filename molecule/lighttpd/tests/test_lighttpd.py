# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server whose configuration is valid, and which Pacemaker starts."""

from __future__ import annotations

import typing as t


def test_configuration_is_valid(host: t.Any) -> None:
    assert host.run("lighttpd -tt -f /etc/lighttpd/lighttpd.conf").rc == 0


def test_site_is_the_papers(host: t.Any) -> None:
    text = host.file("/etc/lighttpd/lighttpd.conf").content_string
    assert '/var/www/mirror/mirror"' in text
    assert '"enable"' in text.partition("dir-listing.activate")[2].splitlines()[0]


def test_boot_does_not_start_it(host: t.Any) -> None:
    service = host.service("lighttpd")
    assert not service.is_enabled
    assert not service.is_masked


def test_log_directory_is_for_the_server(host: t.Any) -> None:
    assert host.file("/var/log/lighttpd").user == "www-data"
