import { Construct } from 'constructs';

import type { StackProps } from './component-props';
import { Component } from './private/component';
import { Manifest } from './private/manifest';
import { addWarning } from './private/warnings';

/** Properties of `StackNamespaces`. */
export interface StackNamespacesProps extends StackProps {
  /**
   * Namespace of everything but the agents.
   * @default - the name of the stack
   */
  readonly namespaceName?: string;

  /**
   * Namespace of the agents, which read files of the node.
   * @default - '<stack>-agents'
   */
  readonly agentNamespaceName?: string;
}

/** The namespaces of a stack, each with the Pod Security level that its pods pass. */
export class StackNamespaces extends Construct {
  /** Namespace of everything but the agents: level *restricted*. */
  public readonly monitoring: Manifest;
  /** Namespace of the agents: level *privileged*, because a file of the node is no less; what is more is reported. */
  public readonly agents: Manifest;

  /**
   * Declares the namespaces.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props their names
   */
  public constructor(scope: Construct, id: string, props: StackNamespacesProps = {}) {
    super(scope, id);
    const monitoring = new Component(this, 'monitoring', props);
    const { agentNamespaceName } = props;
    const agents = new Component(this, 'agents', {
      ...props,
      namespaceName: agentNamespaceName ?? `${monitoring.stackName}-agents`,
    });
    const isShared = monitoring.namespaceName === agents.namespaceName;
    if (isShared) {
      addWarning(
        this,
        `agents share the namespace '${agents.namespaceName}', so nothing enforces the level restricted`,
      );
    }
    this.agents = namespace(this, 'Agents', agents, 'privileged');
    this.monitoring = isShared ? this.agents : namespace(this, 'Monitoring', monitoring, 'restricted');
  }
}

function namespace(scope: Construct, id: string, component: Component, level: 'privileged' | 'restricted'): Manifest {
  const reported = level === 'privileged' ? 'baseline' : level;
  const version = `v${component.version.toString()}`;
  const { labels, annotations } = component.metadata();
  return new Manifest(scope, id, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: component.namespaceName,
      labels: {
        ...labels,
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': version,
        'pod-security.kubernetes.io/audit': reported,
        'pod-security.kubernetes.io/audit-version': version,
        'pod-security.kubernetes.io/warn': reported,
        'pod-security.kubernetes.io/warn-version': version,
      },
      ...(annotations !== undefined && { annotations }),
    },
  });
}
