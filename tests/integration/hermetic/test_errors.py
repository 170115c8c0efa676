# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user reads when pcs refuses a declaration."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Guest
from .test_modules import succeed


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("kind", "declared", "words"),
    [
        (
            "resources",
            {"id": "ip", "agent": "ocf:heartbeat:IPaddr2", "options": {"ip": "192.0.2.1", "cidr_netmsk": 24}},
            ["resource 'ip'", "'cidr_netmsk'", "did you mean 'cidr_netmask'?"],
        ),
        (
            "stonith",
            {"id": "fence", "agent": "fence_xvm", "options": {"key_fil": "/etc/key"}},
            ["fencing device 'fence'", "did you mean 'key_file'?"],
        ),
    ],
)
def test_misspelt_option(
    guest: Guest, cib: str, kind: str, declared: dict[str, Any], words: list[str], check: bool
) -> None:
    result = guest.module("pcs_cib", check=check, cib_file=cib, **{kind: [declared]})
    assert result.get("failed")
    assert all(word in result["msg"] for word in words), result["msg"]


@pytest.mark.parametrize(
    ("module", "agent", "meant"),
    [
        ("pcs_resource", "ocf:heartbeat:IPadr2", "ocf:heartbeat:IPaddr2"),
        ("pcs_resource", "ocf:hartbeat:IPaddr2", "ocf:heartbeat:IPaddr2"),
        ("pcs_stonith", "fence_xwm", "fence_xvm"),
    ],
)
def test_misspelt_agent(guest: Guest, cib: str, module: str, agent: str, meant: str) -> None:
    """Check mode takes it for one that is yet to be installed, but says what may be meant."""
    words = f"There is no agent '{agent}'; did you mean '{meant}'?"
    assert words in guest.module(module, cib_file=cib, id="ip", agent=agent)["msg"]
    assert words in succeed(guest.module(module, check=True, cib_file=cib, id="ip", agent=agent))["notes"][0]


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"properties": {"no-quorum-polcy": "stop"}}, ["property no-quorum-polcy", "did you mean 'no-quorum-policy'?"]),
        (
            {"bundles": [{"id": "b", "type": "podman", "container": {"imag": "x"}}]},
            ["bundle 'b'", "did you mean 'image'?"],
        ),
        (
            {"resources": [{"id": "x", "agent": "ocf:pacemaker:Dummy", "operations": [{"name": "monitr"}]}]},
            ["resource 'x'", "There is no operation name 'monitr'; did you mean 'monitor'?"],
        ),
        (
            {
                "resources": [{"id": name, "agent": "ocf:pacemaker:Dummy"} for name in ("d1", "d2")],
                "colocations": [{"resource": "d1", "with": "d2", "options": {"influenc": "true"}}],
            },
            ["constraint 'colocation-d1-d2'", "Unable to update cib: ", "Update does not conform"],
        ),
    ],
)
def test_other_misspelt_names(guest: Guest, cib: str, declared: dict[str, Any], words: list[str]) -> None:
    """Whatever pcs knows the names of, the message says which one may be meant, and gives no advice to use --force."""
    message = guest.module("pcs_cib", cib_file=cib, **declared)["msg"]
    assert all(word in message for word in words), message
    assert "--force" not in message


def test_missing_options_are_named(guest: Guest, cib: str) -> None:
    declared = {"id": "data", "agent": "ocf:heartbeat:Filesystem", "options": {"device": "/dev/x"}}
    message = guest.module("pcs_resource", cib_file=cib, **declared)["msg"]
    assert "resource 'data': required resource options 'directory', 'fstype' are missing" in message


def test_puppet_corosync_goes_on_when_a_creation_fails(guest: Guest, cib: str) -> None:
    result = guest.module(
        "pcs_cib", cib_file=cib, properties={"no-quorum-policy": "stop"}, resources=[{"id": "x", "agent": "ocf:a:b"}]
    )
    assert result.get("failed")
    assert guest.command("test", "-e", cib)["rc"] == 1


def test_a_constraint_that_pcs_would_replace(guest: Guest, cib: str) -> None:
    """Defect of `pcs constraint location add`: it drops any other constraint of that resource and node."""
    declared = {"resources": [{"id": "d1", "agent": "ocf:pacemaker:Dummy"}], "properties": {"stonith-enabled": False}}
    assert guest.module("pcs_cib", cib_file=cib, **declared)["changed"]
    assert guest.module("pcs_location", cib_file=cib, id="one", resource="d1", node="n1", score=1)["changed"]
    result = guest.module("pcs_location", cib_file=cib, id="two", resource="d1", node="n1", score=2)
    assert "more than what is declared: locations 'one'" in result["msg"]


def test_a_value_that_pacemaker_would_mutilate(guest: Guest, cib: str) -> None:
    """Defect of Pacemaker 2.1: a special character of XML that follows a letter which isn't ASCII gets lost."""
    declared = {"id": "d1", "agent": "ocf:pacemaker:Dummy", "options": {"fake": "ä&b"}}
    result = guest.module("pcs_resource", cib_file=cib, **declared)
    if guest.keeps_special_characters:
        assert succeed(result)["changed"]
    else:
        assert "does not make what is declared: resources 'd1'" in result["msg"]
        assert 'fake: "ä&b"' in result["diff"]["after"]
        assert guest.command("test", "-e", cib)["rc"] == 1


def test_a_newer_schema_is_told(guest: Guest, cib: str) -> None:
    """Newer releases of pcs silently change to a newer schema for a rule. The result says so; a schema that changes
    anything else is refused."""
    old = '<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.7" epoch="3" num_updates="0" admin_epoch="0">'
    sections = "<crm_config/><nodes/><resources>{}</resources><constraints>{}</constraints>"
    text = f"{old}<configuration>{sections}</configuration><status/></cib>"
    primitive = '<primitive id="d1" class="ocf" provider="pacemaker" type="Dummy"/>'
    declared = {"id": "here", "resource": "d1", "rule": "#uname eq n1"}
    guest.write(cib, text.format(primitive, ""))
    result = succeed(guest.module("pcs_location", cib_file=cib, **declared))
    assert ("upgrades the configuration's schema from pacemaker-3.7" in str(result["notes"])) is (
        guest.upgrades_for_rules
    )
    assert not succeed(guest.module("pcs_location", cib_file=cib, **declared))["changed"]


def test_a_tag_that_a_constraint_names_can_change(guest: Guest, cib: str) -> None:
    """pcs refuses to delete such a tag, so it is not replaced."""
    names = ("d1", "d2", "d3")
    primitives = "".join(f'<primitive id="{name}" class="ocf" provider="pacemaker" type="Dummy"/>' for name in names)
    members = "".join(f'<obj_ref id="{name}"/>' for name in names[:2])
    guest.write(
        cib,
        '<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.7" epoch="3" num_updates="0" admin_epoch="0">'
        f"<configuration><crm_config/><nodes/><resources>{primitives}</resources><constraints>"
        '<rsc_location id="here" rsc="t" node="n1" score="5"/></constraints>'
        f'<tags><tag id="t">{members}</tag></tags></configuration><status/></cib>',
    )
    for wanted, released in ((["d2", "d1"], []), (["d3", "d1", "d2"], []), (["d3"], ["d1", "d2"])):
        assert succeed(guest.module("pcs_tag", cib_file=cib, id="t", members=wanted, release=released))["changed"]
        assert succeed(guest.module("cluster_info", cib_file=cib))["tags"] == [{"id": "t", "members": wanted}]
