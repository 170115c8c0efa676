# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.client
import http.server
import json
import socket
import threading
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster import host_auth
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.host_auth import (
    Host,
    State,
    ask_pcsd,
    auth_argv,
    check,
    parse_known_hosts,
    places,
    token_for,
)

NODE = Host("node1", "192.0.2.1")
KNOWN = json.dumps(
    {
        "format_version": 1,
        "data_version": 3,
        "known_hosts": {"node1": {"dest_list": [{"addr": "192.0.2.1", "port": 2224}], "token": "abc"}},
    }
)


def test_the_token_is_only_used_for_its_address() -> None:
    known = parse_known_hosts(KNOWN)
    assert token_for(NODE, known) == "abc"
    assert token_for(Host("node1", "192.0.2.9"), known) == ""
    assert token_for(Host("node1", "192.0.2.1", 2225), known) == ""
    assert token_for(Host("node2", "192.0.2.1"), known) == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"known_hosts": {"node1": {}}}', "null"])
def test_ondrejhome_auth_fails_without_a_readable_file_of_tokens(text: str) -> None:
    assert parse_known_hosts(text) == {}


def test_all_hosts_are_asked_with_their_tokens() -> None:
    def ask(host: Host, token: str) -> State:
        return State.AUTHENTICATED if token == "abc" else State.UNAUTHENTICATED

    states = check([NODE, Host("node2", "192.0.2.2")], KNOWN, ask)
    assert states == {"node1": State.AUTHENTICATED, "node2": State.UNAUTHENTICATED}


def test_ondrejhome_auth_has_the_password_among_its_arguments() -> None:
    argv = auth_argv([NODE, Host("node2", "2001:db8::2", 2225)], "hacluster")
    assert argv == [
        *("pcs", "host", "auth", "-u", "hacluster"),
        *("node1", "addr=192.0.2.1:2224"),
        *("node2", "addr=[2001:db8::2]:2225"),
    ]


def test_ondrejhome_auth_takes_unreachable_for_unauthenticated() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert ask_pcsd(Host("node1", "127.0.0.1", port), "abc", timeout=1) is State.UNREACHABLE


class Pcsd(http.server.BaseHTTPRequestHandler):
    """Accepts the token abc, as pcsd's /remote/check_auth does."""

    def do_POST(self) -> None:
        good = self.path == "/remote/check_auth" and self.headers["Cookie"] == "token=abc"
        self.send_response(200 if good else 401)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Be quiet."""


@pytest.mark.parametrize(
    ("token", "state"), [("abc", State.AUTHENTICATED), ("old", State.UNAUTHENTICATED), ("", State.UNAUTHENTICATED)]
)
def test_pcsds_answer_is_understood(token: str, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(host: str, port: int, timeout: float, context: object) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(host, port, timeout=timeout)

    monkeypatch.setattr(host_auth.http.client, "HTTPSConnection", plain)
    with http.server.HTTPServer(("127.0.0.1", 0), Pcsd) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert ask_pcsd(Host("node1", "127.0.0.1", server.server_address[1]), token) is state
        thread.join()


CONF = "nodelist {\n node {\n  name: node2\n  nodeid: 2\n  ring0_addr: 192.0.2.2\n }\n}\n"
KEPT = '{"known_hosts": {"node1": {"token": "t", "dest_list": [{"addr": "198.51.100.1", "port": 2225}]}}}'


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"name": "node1", "address": "192.0.2.1", "port": 2224}, Host("node1", "192.0.2.1", 2224)),
        ({"name": "node1", "address": None, "port": 2224}, Host("node1", "198.51.100.1", 2225)),
        ({"name": "node2", "address": None, "port": 2224}, Host("node2", "192.0.2.2", 2224)),
        ({"name": "node9", "address": None, "port": 2226}, Host("node9", "node9", 2226)),
    ],
)
def test_place_of_a_node_is_given_kept_configured_or_its_name(node: dict[str, t.Any], expected: Host) -> None:
    assert places([node], KEPT, CONF) == [expected]


def test_place_of_a_node_without_any_file_is_its_name() -> None:
    assert places([{"name": "node1", "address": None, "port": 2224}], "", "") == [Host("node1", "node1", 2224)]
