# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other distributions do otherwise: an older pcs, and a CIB that Pacemaker was built to begin with."""

from __future__ import annotations

from .conftest import Guest
from .test_fallback import disguised
from .test_modules import succeed

# As pcs 0.10.11 of Ubuntu 22.04: it has none of these commands, and explains all that it can do on standard error.
OLD_PCS = r"""#!/bin/sh
case " $* " in
*" --version --full "*) /tmp/real/pcs --version --full | sed 's/pcmk.resource.config.output-formats//'; exit ;;
*" stonith meta "* | *" stonith op "*)
    printf '\nUsage: pcs stonith <command>\n\nCommands:\n    [status [<resource id | tag id>]\n' >&2
    exit 1 ;;
esac
exec /tmp/real/pcs "$@"
"""
BUILT_IN_DEFAULTS = (
    '<rsc_defaults><meta_attributes id="build-resource-defaults"><nvpair'
    ' id="build-resource-stickiness" name="resource-stickiness" value="1"/></meta_attributes></rsc_defaults>'
)
DEVICE = {"id": "power", "agent": "fence_xvm"}


def test_pcs_older_than_0_11_3_is_refused_in_one_sentence(guest: Guest, cib: str) -> None:
    succeed(guest.module("pcs_stonith", cib_file=cib, **DEVICE))
    with disguised(guest, OLD_PCS):
        changed = guest.module("pcs_stonith", cib_file=cib, **DEVICE, meta={"priority": 5})
        mistaken = guest.module("pcs_resource", cib_file=cib, id="d", agent="ocf:heartbeat:NoSuchAgent")
    assert changed["failed"]
    assert (
        "pcs of this host is older than 0.11.3, the oldest that this collection works with; update it"
        in (changed["msg"])
    )
    assert "Usage" not in changed["msg"]
    assert "NoSuchAgent" in mistaken["msg"]


def test_the_stickiness_that_pacemaker_was_built_with_is_kept_changed_and_removed(guest: Guest, cib: str) -> None:
    """Pacemaker of the RHEL family and of Fedora begins each CIB with these defaults."""
    succeed(guest.module("pcs_resource", cib_file=cib, id="d", agent="ocf:pacemaker:Dummy"))
    guest.write(cib, guest.read(cib).replace("</configuration>", f"{BUILT_IN_DEFAULTS}</configuration>"))
    assert guest.module("cluster_info", cib_file=cib)["resource_defaults"] == {"resource-stickiness": "1"}
    for value, changed in (("1", False), ("100", True), ("100", False)):
        done = succeed(guest.module("pcs_defaults", cib_file=cib, resource_defaults={"resource-stickiness": value}))
        assert done["changed"] is changed
    text = guest.read(cib)
    assert text.count("<meta_attributes") == 1
    assert 'id="build-resource-stickiness" name="resource-stickiness" value="100"' in text
    succeed(guest.module("pcs_defaults", cib_file=cib, resource_defaults={"resource-stickiness": None}))
    assert "resource-stickiness" not in guest.read(cib)
