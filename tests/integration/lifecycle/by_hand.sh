#!/usr/bin/env bash
# A cluster as somebody builds one by hand, with apt-get and pcs. Run as root: on the hypervisor with the word `hypervisor`, on each node with
# `node` and the base64 of fence_xvm's key, then on node1 with `cluster`.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

hypervisor() {
  apt-get update -qq
  apt-get install -qq --no-install-recommends fence-virtd >/dev/null
  mkdir -p /etc/cluster
  [ -e /etc/cluster/fence_xvm.key ] || dd if=/dev/urandom of=/etc/cluster/fence_xvm.key bs=512 count=1 status=none
  cat > /etc/fence_virt.conf <<'END'
fence_virtd { listener = "multicast"; backend = "libvirt"; }
listeners {
  multicast { key_file = "/etc/cluster/fence_xvm.key"; address = "225.0.0.12"; interface = "cluster"; family = "ipv4"; port = "1229"; }
}
backends { libvirt { uri = "qemu:///system"; } }
groups { }
END
  systemctl restart fence_virtd
  base64 --wrap=0 /etc/cluster/fence_xvm.key
}

node() {
  apt-get update -qq
  apt-get install -qq --no-install-recommends corosync pacemaker pacemaker-cli-utils pcs resource-agents fence-virt >/dev/null
  mkdir -p /etc/cluster
  base64 --decode <<< "$1" > /etc/cluster/fence_xvm.key
  printf '#!/bin/sh\nexit 0\n' > /usr/local/bin/tell
  chmod 0755 /usr/local/bin/tell
  pcs cluster destroy >/dev/null 2>&1 # what Debian's packages start
  systemctl enable --now --quiet pcsd
  chpasswd <<< 'hacluster:made-by-hand'
}

cluster() {
  # pcsd is reached through the management network, corosync uses two links
  pcs host auth -u hacluster -p made-by-hand node1 addr=192.168.180.181 node2 addr=192.168.180.182 node3 addr=192.168.180.183
  pcs cluster setup handmade \
    node1 addr=192.168.181.71 addr=192.168.180.181 \
    node2 addr=192.168.181.72 addr=192.168.180.182 \
    node3 addr=192.168.181.73 addr=192.168.180.183 \
    transport knet link linknumber=0 link_priority=10 link linknumber=1 link_priority=5 crypto cipher=aes128 hash=sha512 \
    totem token=5000 quorum wait_for_all=1
  pcs cluster start --all --wait=180
  pcs cluster enable node1 node2

  pcs property set no-quorum-policy=freeze enable-acl=true cluster-recheck-interval=10min
  pcs resource defaults update resource-stickiness=100 migration-threshold=3
  pcs resource defaults set create id=addresses score=10 meta migration-threshold=1 rule resource ocf:heartbeat:IPaddr2
  pcs resource op defaults update timeout=60s
  pcs resource op defaults set create id=often meta timeout=30s rule op monitor interval=10s

  for number in 1 2 3; do
    pcs node attribute node$number rack=$number
    pcs node utilization node$number cpu=4
    pcs stonith create fence-node$number fence_xvm "pcmk_host_map=node$number:node$number" op monitor interval=60s timeout=40s
    pcs constraint location fence-node$number avoids node$number
  done
  # the agent knows no password, pcs takes one with --force
  pcs stonith create fence-board fence_virt serial_device=/dev/ttyS1 'password=half-{{ 6 * 7 }}-secret' 'pcmk_host_list=node1 node2' \
    --disabled --force
  pcs stonith level add 1 node1 fence-node1
  pcs stonith level add 2 node1 fence-board
  pcs stonith level add 1 'regexp%node[2]' fence-node2
  pcs stonith level add 1 attrib%rack=3 fence-node3

  pcs resource create address ocf:heartbeat:IPaddr2 ip=192.168.178.190 cidr_netmask=24 op monitor interval=10s timeout=20s --group web
  pcs resource create app ocf:pacemaker:Dummy fake=plain op monitor interval=11s on-fail=restart meta migration-threshold=5 --group web
  pcs resource meta web priority=5
  pcs resource utilization app cpu=1
  pcs resource create agent ocf:pacemaker:Dummy op monitor interval=30s
  pcs resource clone agent
  pcs resource meta agent-clone interleave=true
  pcs resource create database ocf:pacemaker:Stateful op monitor interval=10s role=Promoted monitor interval=11s role=Unpromoted
  pcs resource promotable database
  for name in one two three four; do
    pcs resource create $name ocf:pacemaker:Dummy op monitor interval=20s
  done

  pcs constraint location web prefers node1=50
  pcs constraint location agent-clone rule score=-INFINITY rack eq 9
  pcs constraint location web rule score=7 rack eq 2 and date gt 2020-01-01
  pcs constraint location 'regexp%th.*' prefers node2=5
  pcs constraint location add not-there four node3 -100 resource-discovery=never
  pcs constraint colocation add web with Promoted database-clone 20
  pcs constraint colocation set one two sequential=false set three setoptions score=10
  pcs constraint order promote database-clone "then" start web kind=Optional
  pcs constraint order set one two require-all=false set four setoptions kind=Optional
  pcs constraint ticket add site-a three loss-policy=freeze
  crm_ticket --ticket site-a --grant --force
  crm_ticket --ticket site-b --grant --force
  pcs constraint ticket set one two setoptions ticket=site-b loss-policy=stop
  pcs tag create nightly one web

  pcs acl role create auditor description='May look' read xpath /cib deny xpath //nvpair
  pcs acl role create keeper write id web
  pcs acl user create alice auditor
  pcs acl group create operators auditor keeper
  pcs alert create id=teller path=/usr/local/bin/tell 'description=Says {{ what }} happens' options 'greeting={% hello %}' token=alert-secret \
    meta timeout=15s 'timestamp-format=%H:%M:%S'
  pcs alert recipient add teller value=somebody@example.com id=teller-somebody options color=blue

  # what operators do, and what this collection has no word for
  pcs resource disable four
  pcs resource ban two node3
  pcs node standby node3
  # What started last may make another node the better one for what was promoted before it. Pacemaker sees that at the next event.
  crm_resource --wait --timeout=30 || true
  cibadmin --modify --xml-text '<primitive id="one" description="The first"/>'
  crm_resource --wait --timeout=120
}

"$@"
