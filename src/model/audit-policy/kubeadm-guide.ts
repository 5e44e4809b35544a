/** The page that lies beside the files for kubeadm and says what to do with them. */
import type { KubeadmAudit } from './kubeadm';
import { directoryOf } from './kubeadm';

/** Markdown; LF, one at the end. */
export function kubeadmGuide(audit: KubeadmAudit, configurationFile: string, kubernetesVersion: string): string {
  const target = `${audit.policyDirectory}/${audit.policyFileName}`;
  return `# Audit policy for the control-plane nodes (Kubernetes ${kubernetesVersion}, kubeadm)

These files were generated together with the manifests. They belong on nodes, not into the cluster: \`kubectl apply\`
knows none of them, and a GitOps controller must not be pointed at this directory.

| File | What it is |
| --- | --- |
| \`${audit.policyFileName}\` | what kube-apiserver records; the name holds a hash of the content |
| \`${configurationFile}\` | the flags and mounts of kube-apiserver, for kubeadm |
| \`SHA256SUMS\` | checksums: \`sha256sum -c SHA256SUMS\` |

The log is written to \`${audit.logPath}\`, rotated at ${audit.logMaxSizeMb} MB; ${audit.logMaxBackups} rotated files are kept for at most ${audit.logMaxAgeDays} days.

## A new cluster

1. On every node that is to run kube-apiserver, before kubeadm runs there:

   \`\`\`sh
   sudo install -D -o root -g root -m 0600 ${audit.policyFileName} ${target}
   \`\`\`

2. Merge \`${configurationFile}\` into the ClusterConfiguration that \`kubeadm init --config\` reads. Nodes that join as
   control plane take it from the cluster.

## A cluster that exists

One control-plane node after the other; the API server of that node restarts.

1. Copy the policy as above. Without the file the API server does not start.
2. Once: \`kubectl -n kube-system edit configmap kubeadm-config\`, and merge \`${configurationFile}\` into its
   \`ClusterConfiguration\`. If that says another \`apiVersion\` than the file, \`kubeadm config migrate\` converts it.
3. On the node, write the manifest of the API server anew:

   \`\`\`sh
   kubectl -n kube-system get configmap kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > cluster.yaml
   sudo kubeadm init phase control-plane apiserver --config cluster.yaml
   \`\`\`

   Where the node has several addresses, append an InitConfiguration with its \`localAPIEndpoint.advertiseAddress\`.
   Changes made by hand to \`/etc/kubernetes/manifests/kube-apiserver.yaml\` are lost, unless they are in the configuration.

4. Look whether it records:

   \`\`\`sh
   sudo tail -n 1 ${audit.logPath}
   \`\`\`

## After a change of the policy

kube-apiserver reads the policy once, when it starts. That is why a changed policy has another file name: the manifest of
the API server changes with it, and the kubelet restarts it. Do the steps for an existing cluster again, on every
control-plane node, and remove the old file from \`${audit.policyDirectory}\` at the end.

## Back to no audit log

Take the \`audit-*\` entries out of \`kubeadm-config\`, write the manifest anew as above, and remove \`${audit.policyDirectory}\` and
\`${directoryOf(audit.logPath)}\`.
`;
}
