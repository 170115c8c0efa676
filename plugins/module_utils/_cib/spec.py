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
            "What to remove although it is not declared, as regular expressions. By default, that is nothing.",
            "An object goes if its whole id fits a pattern of its kind, and if it is neither declared nor named by"
            " anything that is declared. Resources are stopped first.",
            "Constraints that C(pcs resource move) and C(ban) made, whose ids begin with V(cli-), go only if a pattern"
            " begins with V(cli-), too. So do the properties V(maintenance-mode) and V(stop-all-resources) only if a"
            " pattern is the very name.",
            "A group or clone takes along only those of its resources that fit a pattern, too. The others have to be"
            " declared.",
        ],
        "type": "dict",
        "suboptions": PATTERNS,
    },
    "declared_elsewhere": {
        "description": [
            "What something else declares, such as another role, as regular expressions for whole ids.",
            "It is never purged, and not told in RV(undeclared).",
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
