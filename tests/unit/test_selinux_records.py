# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types, ports and booleans in the roles and in the documentation, held against recorded SELinux policies."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall.services import SERVICES
from recorded import CHECKOUT, ROLES, Host, hosts, variables

PAGE = (CHECKOUT / "docs" / "distributions.md").read_text()
SECTION = PAGE[PAGE.index("### SELinux") : PAGE.index("## firewalld")]
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", SECTION, flags=re.MULTILINE)
WITH_POLICY = [host for host in hosts() if "selinux" in host.record]
on_every_policy = pytest.mark.parametrize("host", WITH_POLICY, ids=str)


def policy(host: Host, group: str) -> dict[str, t.Any]:
    found: dict[str, t.Any] = host.record["selinux"][group]
    return found


def numbers(ports: t.Iterable[str]) -> set[int]:
    """The ports of ranges such as 8008-8009."""
    ends = [(int(first), int(last or first)) for first, _dash, last in (text.partition("-") for text in ports)]
    return {port for first, last in ends for port in range(first, last + 1)}


def bindable(host: Host, domain: str, protocol: str) -> set[int]:
    types = policy(host, "domains")[domain]["binds"].get(protocol, ())
    return {port for name in types for port in numbers(policy(host, "ports")[name].get(protocol, ()))}


def context(host: Host, path: str) -> str:
    """The type that the policy gives PATH: that of the longest expression that fits."""
    fitting = [
        (len(text), each["type"]) for text, each in policy(host, "file_contexts").items() if re.fullmatch(text, path)
    ]
    return max(fitting)[1] if fitting else ""


def default(role: str, name: str) -> t.Any:
    return yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text())[name]


def documented(service: str, word: str) -> str:
    (found,) = [allows for name, allows, _do in ROWS if name == service and word in allows]
    return found


def listed(text: str) -> set[int]:
    """The ports in a sentence: 80, 81 and 10001 to 10010."""
    return numbers(re.findall(r"\d+(?:-\d+)?", re.sub(r"(\d+) to (\d+)", r"\1-\2", text)))


def test_the_records_of_distributions_with_selinux_have_a_policy() -> None:
    enabled = [host for host in hosts() if host.facts["selinux"]["status"] == "enabled"]
    assert enabled == WITH_POLICY
    assert len(WITH_POLICY) == 3


@on_every_policy
def test_lighttpd_may_bind_the_ports_that_the_page_lists(host: Host) -> None:
    sentence = documented("lighttpd", "TCP ports").partition("TCP ports")[2]
    assert listed(sentence) == bindable(host, "httpd_t", "tcp")
    assert context(host, program(host, "lighttpd")) == "httpd_exec_t"


def program(host: Host, name: str) -> str:
    """Fedora has no /usr/sbin beside /usr/bin, and its policy names the latter."""
    return f"/usr/bin/{name}" if host.name == "fedora" else f"/usr/sbin/{name}"


@on_every_policy
def test_fence_virtd_may_bind_the_ports_that_the_page_lists(host: Host) -> None:
    sentence = documented("fence_virtd", "TCP port")
    tcp, udp = sentence.partition("UDP")[0], sentence.partition("UDP")[2].partition("vsock")[0]
    assert listed(tcp) == bindable(host, "fenced_t", "tcp")
    assert listed(udp) == bindable(host, "fenced_t", "udp")
    assert context(host, program(host, "fence_virtd")) == "fenced_exec_t"
    assert policy(host, "domains")["fenced_t"]["vsock"] is False
    assert "no vsock" in sentence


@on_every_policy
def test_the_default_ports_are_among_those_that_the_policy_allows(host: Host) -> None:
    assert default("lighttpd", "ha_lighttpd_port") in bindable(host, "httpd_t", "tcp")
    port = default("fence_virt", "ha_fence_virt_port")
    assert port in bindable(host, "fenced_t", "tcp") & bindable(host, "fenced_t", "udp")
    for name, protocol in (("fence_virtd_tcp", "tcp"), ("fence_virtd_multicast", "udp")):
        used = {use.ports.first for use in SERVICES[name].uses if use.ports}
        assert used == {port}
        assert used <= bindable(host, "fenced_t", protocol)


@on_every_policy
def test_the_port_types_that_the_page_adds_ports_to_are_those_that_the_service_may_bind(host: Host) -> None:
    added = {(name, kind) for name, _allows, do in ROWS for kind in re.findall(r"semanage port -a -t (\w+)", do)}
    assert added == {("fence_virtd", "zented_port_t"), ("lighttpd", "http_port_t")}
    domains = {"fence_virtd": "fenced_t", "lighttpd": "httpd_t"}
    for name, kind in added:
        assert kind in policy(host, "domains")[domains[name]]["binds"]["tcp"]


@on_every_policy
def test_the_boolean_that_the_page_sets_is_off_and_the_configuration_wants_it(host: Host) -> None:
    (name,) = {name for _service, _allows, do in ROWS for name in re.findall(r"setsebool -P (\w+) on", do)}
    assert policy(host, "booleans")[name]["default"] is False
    assert f"boolean `{name}`" in documented("lighttpd", "limit of open files")
    assert "server.max-fds" in (ROLES / "lighttpd/templates/etc/lighttpd/lighttpd.conf.j2").read_text()


@on_every_policy
def test_the_type_of_the_files_on_the_shared_disk_is_one_of_the_policy(host: Host) -> None:
    assert default("shared_storage", "ha_storage_selinux_type") in policy(host, "types")


@on_every_policy
def test_keys_and_configuration_get_the_type_that_their_reader_expects(host: Host) -> None:
    """By their default context, which is what files and folders that are made get (private_file.py)."""
    assert context(host, variables("fence_virt", host)["__fence_virt_key_file"]) == "cluster_conf_t"
    assert "`cluster_conf_t`" in documented("keys", "/etc/cluster")
    assert context(host, variables("lighttpd", host)["__lighttpd_configuration"]) == "httpd_config_t"
    assert context(host, f"{default('lighttpd', 'ha_lighttpd_log_directory')}/error.log") == "httpd_log_t"
    assert context(host, variables("lighttpd", host)["__lighttpd_cib"]) == "cluster_var_lib_t"


@on_every_policy
def test_what_the_page_calls_unknown_is_unknown_in_the_record(host: Host) -> None:
    assert "`serial` is not known" in " ".join(do for _service, _allows, do in ROWS)
    assert policy(host, "not_found")["fence_virtd_serial"]["unknown"] is True


def test_pcs_of_el_refuses_the_transports_that_the_page_names() -> None:
    refused = {host.name: host.record["pcs"]["refused_transports"] for host in hosts() if "pcs" in host.record}
    assert refused == {"el-9": ["udp", "udpu"], "el-10": ["udp", "udpu"]}
    assert "pcs of EL 9 and 10 refuses `udp` and `udpu`" in PAGE
