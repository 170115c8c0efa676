# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of pcs_cib: the objects of each kind, and the patterns by which objects are removed."""

from __future__ import annotations

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib import acls
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import Options, Spec, specification

PATTERNS: Options = {
    kind.name: {"description": kind.purge, "type": "list", "elements": "str"} for kind in KINDS if kind.purge
}
OPTIONS: Options = {
    **{kind.name: kind.option for kind in KINDS},
    **{name: option for kind in KINDS for name, option in kind.more.items()},
    "purge": {
        "description": [
            "Undeclared objects to remove, as regular expressions. By default none.",
            "The module removes an object if a pattern of its kind matches its whole id, and if it is "
            "neither declared nor referenced by a declared object. It stops resources first.",
            "It removes constraints of C(pcs resource move) and C(ban), whose ids begin with V(cli-), "
            "only if the pattern also begins with V(cli-), and the properties V(maintenance-mode) and "
            "V(stop-all-resources) only if the pattern is their name.",
            "With a group or clone, it removes only those of its resources that also match a pattern. "
            "You must declare the others.",
        ],
        "type": "dict",
        "suboptions": PATTERNS,
    },
    "declared_elsewhere": {
        "description": [
            (
                "Objects that something else declares, such as another role, as regular expressions that "
                "match whole ids."
            ),
            "The module never purges them, and does not return them in RV(undeclared).",
        ],
        "type": "dict",
        "suboptions": PATTERNS,
    },
}
CIB: Spec = specification(OPTIONS)

# Those of pcs_acl, which go without the beginning of the names.
OF_ACL = "acl_"
ACL: Spec = {
    "enabled": {"type": "bool"},
    **{kind.name.removeprefix(OF_ACL): CIB[kind.name] for kind in acls.KINDS},
}
