# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of YAML in the words that Pacemaker and the agents take."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.normalize import same
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.resources import Primitive
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.values import (
    Parameter,
    parameters,
    plain,
    settled,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

AGENT = {
    "secure": Parameter("boolean"),
    "method": Parameter("select", ("onoff", "cycle")),
    "power": Parameter("select", ("on", "off", "status")),
    "both": Parameter("select", ("on", "true", "off", "false")),
    "answer": Parameter("string", (), "yes"),
    "name": Parameter("string"),
    "delay": Parameter("second", (), "0"),
    "count": Parameter("integer", (), "1"),
}


def device(**options: Any) -> dict[str, Any]:
    return {"stonith": [{"id": "f", "agent": "fence_x", "options": options}]}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("pcmk_reboot_action", False, "off"),
        ("pcmk_off_action", False, "off"),
        ("pcmk_on_action", True, "on"),
        ("action", True, "on"),
        ("pcmk_host_list", ["n1", "n2"], "n1 n2"),
        ("pcmk_host_list", [1], "1"),
        ("pcmk_host_map", {"n1": "a", "n2": 7, "n3": [2, 3]}, "n1:a;n2:7;n3:2,3"),
        ("pcmk_host_map", {"n1": "00:11", "n2": "my vm=1;x"}, "n1:00\\:11;n2:my\\ vm\\=1\\;x"),
        ("pcmk_host_list", "n1,n2", "n1,n2"),
        ("lanplus", True, True),
        ("gone", None, None),
    ],
)
def test_a_fencing_option_in_pacemakers_words(name: str, value: Any, expected: Any) -> None:
    assert plain(device(**{name: value}))["stonith"][0]["options"] == {name: expected}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("method", True, "true for YAML, which also reads on and yes so"),
        ("pcmk_host_check", False, "Write the intended word in quotes"),
        ("ip", ["192.0.2.1"], "option 'ip' of the fencing device 'f' is a list"),
        ("pcmk_host_list", {"n1": "a"}, "is a mapping, but it takes one value"),
        ("pcmk_host_map", ["n1:a"], "is a list, but it takes one value"),
        ("pcmk_host_list", [], "is an empty list"),
        ("pcmk_host_map", {}, "is an empty mapping"),
        ("pcmk_host_list", [["n1"]], "holds"),
        ("pcmk_host_list", [True], "each entry is one name"),
        ("pcmk_host_list", ["n1 n2"], "each entry is one name"),
        ("pcmk_host_map", {"n1": []}, "has no port for 'n1'"),
        ("pcmk_host_map", {"n1": [True]}, "a port is a name or a number"),
        ("pcmk_host_map", {"n1": None}, "a port is a name or a number"),
    ],
)
def test_a_fencing_option_that_is_refused(name: str, value: Any, words: str) -> None:
    with pytest.raises(ClusterError, match=words) as raised:
        plain(device(**{name: value}))
    assert f"'{name}'" in str(raised.value)
    assert "'f'" in str(raised.value)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"properties": {"stonith-timeout": [1]}}, "The property 'stonith-timeout' is a list"),
        ({"resource_defaults": {"priority": {}}}, "The resource default 'priority' is a mapping"),
        ({"resources": [{"id": "a", "meta": {"x": []}}]}, "option 'x' of the resource 'a'"),
        ({"resources": [{"id": "a", "utilization": {"cpu": [1]}}]}, "option 'cpu' of the resource 'a'"),
        (
            {"resources": [{"id": "a", "operations": [{"name": "start", "options": {"x": {}}}]}]},
            "option 'x' of the operation 'start' of resource 'a'",
        ),
        ({"nodes": [{"name": "n1", "attributes": {"rack": ["a"]}}]}, "option 'rack' of the node 'n1'"),
        ({"bundles": [{"id": "b", "container": {"image": ["a"]}}]}, "option 'image' of the bundle 'b'"),
        ({"bundles": [{"id": "b", "ports": [{"id": "p", "options": {"port": [1]}}]}]}, "port 'p' of bundle 'b'"),
        ({"alerts": [{"id": "x", "recipients": [{"value": "v", "options": {"o": []}}]}]}, "recipient 'v' of alert 'x'"),
        ({"operation_defaults_sets": [{"id": "s", "values": {"timeout": [5]}}]}, "set of defaults 's'"),
        ({"locations": [{"id": "l", "options": {"resource-discovery": []}}]}, "location constraint 'l'"),
        ({"orders": [{"first": "a", "options": {"require-all": []}}]}, "order constraint 'a'"),
    ],
)
def test_a_list_or_mapping_is_refused_wherever_an_option_is(declared: dict[str, Any], words: str) -> None:
    with pytest.raises(ClusterError, match=words):
        plain(declared)


def test_patterns_are_no_values_of_options() -> None:
    declared = {kind: {"resources": ["a.*"], "properties": ["x"]} for kind in ("purge", "declared_elsewhere")}
    assert plain(declared) == declared


def test_a_fencing_action_of_the_cluster_is_no_truth_value() -> None:
    declared = plain({"properties": {"stonith-action": False, "stonith-enabled": False}})
    assert declared == {"properties": {"stonith-action": "off", "stonith-enabled": False}}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("secure", True, "true"),
        ("power", True, "on"),
        ("power", False, "off"),
        ("answer", True, "yes"),
        ("answer", False, "no"),
        ("unknown", True, True),  # pcs says that there is no such option
    ],
)
def test_a_boolean_in_the_agents_words(name: str, value: bool, expected: Any) -> None:
    assert settled(device(**{name: value}), Cib(), lambda agent: AGENT)["stonith"][0]["options"] == {name: expected}


@pytest.mark.parametrize("name", ["method", "both", "name", "delay", "count"])
def test_a_boolean_that_the_agent_does_not_take_is_refused(name: str) -> None:
    with pytest.raises(ClusterError, match=f"option '{name}' of the fencing device 'f' is true for YAML.*in quotes"):
        settled(device(**{name: True}), Cib(), lambda agent: AGENT)


def test_no_agent_is_asked_about_a_value_that_stays() -> None:
    """Asking costs a process, so a run that changes nothing must not do it."""
    cib = Cib(primitives={"f": Primitive("f", "stonith:fence_x", {"power": "on", "secure": "1"})})

    def ask(agent: str) -> None:
        raise AssertionError(agent)

    declared = device(power=True, secure=True, name="x")
    assert settled(declared, cib, ask) == declared


def test_metadata_tells_types_words_and_defaults() -> None:
    metadata = (
        '<resource-agent><parameters><parameter name="a"><content type="select" default="x">'
        '<option value="x"/><option value="y"/></content></parameter>'
        '<parameter name="b"><content type="boolean"/></parameter></parameters></resource-agent>'
    )
    assert parameters(metadata) == {"a": Parameter("select", ("x", "y"), "x"), "b": Parameter("boolean")}


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("pcmk_on_action", "on", "true", False),
        ("pcmk_reboot_action", "off", "false", False),
        ("stonith-action", "off", "false", False),
        ("pcmk_host_list", "n1,n2", "n2 n1", True),
        ("pcmk_host_list", "n1 n2", "n1 n3", False),
        ("pcmk_host_map", "n1:1;n2:2,3", "n2=2,3 n1=1;", True),
        ("pcmk_host_map", "n1:1;n2:2", "n1:2;n2:1", False),
        ("pcmk_host_map", "n1:00\\:11", "n1=00\\:11;", True),
    ],
)
def test_fencing_options_are_compared_by_meaning(name: str, one: str, other: str, expected: bool) -> None:
    assert same(name, one, other) is expected
