# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and words that Pacemaker knows: the values of properties, meta attributes, options of operations, agents.

Sources: Pacemaker Explained and the schema of Pacemaker 2.1 and 3.0, the packages resource-agents and fence-agents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

# The values that an option takes: a kind of value, or one of a few words.
BOOLEAN, NUMBER, SCORE, DURATION, ROLE = "boolean", "number", "score", "duration", "role"
Takes = Union[str, "tuple[str, ...]"]

PROPERTY_VALUES: Mapping[str, Takes] = {
    **dict.fromkeys(
        (
            *("concurrent-fencing", "enable-acl", "enable-startup-probes", "maintenance-mode", "shutdown-lock"),
            *("start-failure-is-fatal", "startup-fencing", "stonith-enabled", "stop-all-resources"),
            *("stop-orphan-actions", "stop-orphan-resources", "symmetric-cluster"),
        ),
        BOOLEAN,
    ),
    **dict.fromkeys(
        (
            *("batch-limit", "cluster-ipc-limit", "migration-limit", "node-action-limit", "stonith-max-attempts"),
            *("pe-error-series-max", "pe-input-series-max", "pe-warn-series-max"),
        ),
        NUMBER,
    ),
    **{f"node-health-{name}": SCORE for name in ("base", "green", "yellow", "red")},
    "no-quorum-policy": ("stop", "freeze", "demote", "ignore", "suicide", "fence"),
    "stonith-action": ("reboot", "off", "poweroff"),
    "node-health-strategy": ("none", "migrate-on-red", "only-green", "progressive", "custom"),
    "placement-strategy": ("default", "utilization", "minimal", "balanced"),
    "fence-reaction": ("stop", "panic"),
}
# Meta attributes of resources, groups, clones and bundles. Others are allowed, and mean nothing to Pacemaker.
META: Mapping[str, Takes] = {
    **dict.fromkeys(
        (
            *("allow-migrate", "allow-unhealthy-nodes", "critical", "is-managed", "maintenance"),
            *("globally-unique", "interleave", "notify", "ordered", "promotable"),
        ),
        BOOLEAN,
    ),
    **dict.fromkeys(
        (
            *("clone-max", "clone-min", "clone-node-max", "promoted-max", "promoted-node-max"),
            *("master-max", "master-node-max", "remote-port"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(("migration-threshold", "priority", "resource-stickiness"), SCORE),
    **dict.fromkeys(("failure-timeout", "remote-connect-timeout"), DURATION),
    "target-role": ROLE,
    "requires": ("nothing", "quorum", "fencing", "unfencing"),
    "multiple-active": ("block", "stop_only", "stop_start", "stop_unexpected"),
    "provides": ("unfencing", "nothing"),
}
FREE_META = frozenset(("remote-node", "remote-addr", "container-attribute-target", "external-ip"))
ON_FAIL = ("ignore", "block", "demote", "stop", "restart", "restart-container", "standby", "fence")
OPERATION: Mapping[str, Takes] = {
    **dict.fromkeys(("enabled", "record-pending"), BOOLEAN),
    **dict.fromkeys(("interval", "timeout", "start-delay"), DURATION),
    "role": ROLE,
    "on-fail": ON_FAIL,
    "OCF_CHECK_LEVEL": NUMBER,
}
FREE_OPERATION = frozenset(("description", "interval-origin", "name", "id"))
LOCATION: Mapping[str, Takes] = {"resource-discovery": ("always", "never", "exclusive"), "role": ROLE}
ROLES = ("Started", "Stopped", "Promoted", "Unpromoted", "Master", "Slave")
OPERATIONS = (
    *("monitor", "start", "stop", "promote", "demote", "notify", "migrate_to", "migrate_from", "reload"),
    *("reload-agent", "validate-all", "meta-data", "status", "methods", "recover", "force-reload"),
)

CLASSES = ("ocf", "systemd", "lsb", "service", "stonith", "upstart", "nagios")
PROVIDERS = ("heartbeat", "pacemaker", "linbit")
# Names that are often mistyped. The list is not complete.
AGENTS = (
    *("IPaddr2", "IPaddr", "IPsrcaddr", "IPv6addr", "SendArp", "Route", "portblock", "conntrackd", "ethmonitor"),
    *("Filesystem", "LVM-activate", "LVM", "lvmlockd", "Raid1", "mdraid", "ZFS", "sg_persist", "symlink", "drbd"),
    *("exportfs", "nfsserver", "nfsnotify", "CTDB", "iSCSITarget", "iSCSILogicalUnit", "rsyncd", "vsftpd"),
    *("apache", "nginx", "tomcat", "Squid", "varnish", "named", "dhcpd", "slapd", "postfix", "dovecot"),
    *("pgsql", "mysql", "mariadb", "galera", "redis", "oracle", "oralsnr", "db2", "rabbitmq-cluster"),
    *("VirtualDomain", "docker", "podman", "SAPInstance", "SAPDatabase", "MailTo", "Delay", "Dummy"),
    *("ping", "Stateful", "ClusterMon", "HealthCPU", "HealthSMART", "SysInfo", "controld", "remote", "attribute"),
    *("azure-lb", "azure-events", "awsvip", "awseip", "aws-vpc-move-ip", "gcp-vpc-move-vip", "openstack-virtual-ip"),
)
FENCE_AGENTS = tuple(
    f"fence_{name}"
    for name in (
        *("alom", "amt", "apc", "apc_snmp", "aws", "azure_arm", "bladecenter", "brocade", "cisco_mds", "cisco_ucs"),
        *("compute", "drac5", "dummy", "eaton_snmp", "emerson", "evacuate", "gce", "heuristics_ping", "hpblade"),
        *("ibmblade", "idrac", "ifmib", "ilo", "ilo2", "ilo3", "ilo4", "ilo5", "ilo_moonshot", "ilo_mp", "ilo_ssh"),
        *("imm", "intelmodular", "ipdu", "ipmilan", "ipmilanplus", "kdump", "kubevirt", "lpar", "mpath", "openstack"),
        *("ovh", "powerman", "pve", "raritan", "redfish", "rhevm", "rsa", "rsb", "sanbox2", "sbd", "scsi", "virsh"),
        *("virt", "vmware_rest", "vmware_soap", "vbox", "vultr", "wti", "xenapi", "xvm", "zvm", "zvmip"),
    )
)
