#!/usr/bin/python
# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iptables_plan
short_description: Compare wanted iptables rules with those that are loaded
version_added: 1.0.0
description:
  - Compares the wanted rules of table C(filter) with those in the kernel, and with the file that is loaded at boot.
  - The wanted rules are first loaded into a network namespace of their own, which validates them and gives them the
    form that C(iptables-save) prints, so that they can be written in any way that C(iptables-restore) understands.
  - Nothing is changed. In check mode the module reports as changed what loading and persisting the rules would change.
  - Rules and chains of other programs can be kept with O(foreign_chains); other tables are kept anyway.
requirements:
  - C(iptables) and C(unshare) on the node
options:
  ipv4:
    description: The rules for IPv4.
    type: dict
    suboptions: &suboptions
      rules:
        description: Table C(filter) in the format of C(iptables-restore).
        type: str
        required: true
      path:
        description: The file that is loaded at boot.
        type: path
        required: true
  ipv6:
    description: The rules for IPv6. They are skipped when the kernel has no IPv6.
    type: dict
    suboptions: *suboptions
  foreign_chains:
    description: Regular expressions for the names of the chains that belong to other programs.
    type: list
    elements: str
    default: []
  units:
    description: Units of systemd whose state is wanted besides, such as other packet filters.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - quorate.ha_cluster._attributes
attributes:
  check_mode:
    support: full
    details:
      - It never changes anything itself.
  diff_mode:
    support: full
    details:
      - What is told are the rules before and after.
author:
  - The quorate project (@quorate)
"""

EXAMPLES = r"""
- name: Compare the rules with those that are loaded
  quorate.ha_cluster.iptables_plan:
    ipv4:
      rules: "{{ lookup('ansible.builtin.file', 'rules.v4') }}"
      path: /etc/iptables/rules.v4
    foreign_chains:
      - DOCKER
  register: plan
"""

RETURN = r"""
ipv4: &family
  description: What to do for this version of IP.
  returned: when the rules were given
  type: dict
  contains:
    version:
      description: The version of IP, V(ipv4) or V(ipv6).
      type: str
    load:
      description: Whether the rules in the kernel differ.
      type: bool
    rules:
      description: The rules to load, those of other programs included.
      type: str
    loaded_rules:
      description: The rules in the kernel.
      type: str
    persist:
      description: Whether the file differs.
      type: bool
    persistent_rules:
      description: What the file should hold.
      type: str
ipv6: *family
installed:
  description: Whether the programs are there. Without them, nothing is loaded.
  returned: always
  type: bool
  sample: true
modules_missing:
  description: >-
    Whether the kernel refuses the rules because it has no module C(nft_compat), which EL 10 has in a package of its
    own. Nothing is loaded then.
  returned: always
  type: bool
  sample: false
units:
  description:
    - By unit, whether there is one, whether it runs and starts at boot, and since when.
  returned: always
  type: dict
  sample:
    nftables.service: {loaded: true, active: false, enabled: false, started: 0.0, settled: 0.0, outdated: false}
"""

import dataclasses
import pathlib
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.quorate.ha_cluster.plugins.module_utils._firewall import iptables
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import machine
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner

# Loads stdin in a network namespace that ends with the shell, and prints what came of it.
TRIAL = '"$1"-restore && "$1"-save -t filter'

# What lets the programs of iptables talk to nftables, in which the kernel keeps the rules.
KERNEL_MODULE = "nft_compat"


class IptablesError(Exception):
    """Says what went wrong."""


def is_installed(module: AnsibleModule, program: str) -> bool:
    return module.get_bin_path(f"{program}-restore") is not None


def print_loaded(module: AnsibleModule, program: str) -> str:
    _rc, out, _err = module.run_command([f"{program}-save", "-t", "filter"], check_rc=True)
    return t.cast(str, out)


def print_wanted(module: AnsibleModule, program: str, rules: str) -> str:
    rc, out, err = module.run_command(["unshare", "--net", "sh", "-c", TRIAL, "sh", program], data=rules)
    if rc != 0:
        raise IptablesError(f"{program}-restore does not accept the rules: {err.strip()}")
    return t.cast(str, out)


def lacks_modules(module: AnsibleModule, program: str) -> bool:
    """Whether this PROGRAM needs nftables' module for iptables, and the kernel that runs has none."""
    _rc, version, _err = module.run_command([program, "--version"])
    modprobe = module.get_bin_path("modprobe")
    if "nf_tables" not in version or modprobe is None:
        return False
    rc, _out, _err = module.run_command([modprobe, "--dry-run", "--quiet", KERNEL_MODULE])
    return bool(rc != 0)


def make_plan(module: AnsibleModule, program: str, rules: str, path: pathlib.Path, foreign: list[str]) -> iptables.Plan:
    persistent = path.read_text(encoding="utf-8") if path.exists() else ""
    if not is_installed(module, program):
        return iptables.plan(rules, "", persistent, foreign)
    try:
        wanted = print_wanted(module, program, rules)
    except IptablesError:
        if not lacks_modules(module, program):
            raise
        return dataclasses.replace(iptables.plan(rules, "", persistent, foreign), modules_missing=True)
    return iptables.plan(wanted, print_loaded(module, program), persistent, foreign)


def main() -> None:
    family = {
        "type": "dict",
        "options": {"rules": {"type": "str", "required": True}, "path": {"type": "path", "required": True}},
    }
    names = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(
        {"ipv4": family, "ipv6": family, "foreign_chains": names, "units": names}, supports_check_mode=True
    )
    module.run_command_environ_update = {"LC_ALL": "C", "LANGUAGE": "C"}
    result: dict[str, t.Any] = {
        "changed": False,
        "diff": [],
        "installed": all(is_installed(module, program) for program in iptables.PROGRAMS.values()),
        "modules_missing": False,
        "units": machine.units(AnsibleRunner(module), module.params["units"]),
    }
    for name, program in iptables.PROGRAMS.items():
        options = module.params[name]
        if options is None or (name == "ipv6" and not pathlib.Path("/proc/sys/net/ipv6").exists()):
            continue
        try:
            plan = make_plan(
                module, program, options["rules"], pathlib.Path(options["path"]), module.params["foreign_chains"]
            )
        except IptablesError as error:
            module.fail_json(msg=str(error))
        result["modules_missing"] |= plan.modules_missing
        result[name] = {"version": name, **plan.as_result()}
        result["changed"] |= module.check_mode and (plan.load or plan.persist)
        for header, before, after, differs in (
            (f"{program}: loaded", plan.loaded.render(), plan.wanted.render(), plan.load),
            (options["path"], plan.persistent, plan.wanted_persistent, plan.persist),
        ):
            if differs:
                result["diff"].append(
                    {"before_header": header, "after_header": header, "before": before, "after": after}
                )
    module.exit_json(**result)


if __name__ == "__main__":
    main()
