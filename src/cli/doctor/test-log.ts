/** How to send a test through the whole way, and what has to come of it. */
export const TEST_LOG = `Write one record into each source, then look whether it arrives.

1. A container log (source container)
   kubectl run siem-test --image=busybox:1.37 --restart=Never -- echo "siem test of the way"
   kubectl delete pod siem-test          # a minute later

2. An audit event (source kubernetes-audit)
   kubectl create configmap siem-test --from-literal=a=b && kubectl delete configmap siem-test

3. A failed login (sources journal, host-auth), on a node, with a documentation address
   logger -p auth.info -t 'sshd[4242]' 'Failed password for siem-test from 192.0.2.1 port 4242 ssh2'
   Six of them within five minutes set off the guide's rule Unauthorized Access.

What should come, within half a minute
   agent       fluentd_output_status_emit_records of out_* grows, its buffer empties again
   detector    siem_records_read_total{outcome="events"} grows by at least one for each
   destination the text "siem test of the way", the create and delete of the ConfigMap siem-test, the line of sshd
   receivers   with six failed logins: one alert, with 192.0.2.1 as its source

What does not come, and where to look
   nothing at the agent            path and format of the log, the excluded namespaces, the quarantine
   agent, but not the detector     siem doctor names the hop; certificates, NetworkPolicy, a full buffer
   detector reads it, no event     siem_records_read_total{outcome="unknown"} and the sample in the log
   an event, but no alert          siem replay --rules <rules> <a file with the record>; the audit level of the policy
   detector, but not destination   shipping filters, the answers of the destination in the log of the aggregator
`;
