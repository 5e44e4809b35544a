/** Nodes of pods, as they stand in a manifest. */
import type { IConstruct } from 'constructs';
import { TaintEffect } from '../collection/pod-scheduling';
import type { PodToleration } from '../collection/pod-scheduling';
import { checkLabelValues, checkMetadataKeys } from './names';
import type { WireObject } from './strategic-merge';
import { fail } from './validate';

const SYSTEM_LABEL = 'kubernetes.io/os';

/** The images are Linux images; on a cluster with other nodes their pods would wait there for ever. */
export function nodeSelector(at: IConstruct, chosen: Readonly<Record<string, string>> = {}): WireObject {
  const system = chosen[SYSTEM_LABEL] ?? 'linux';
  if (system !== 'linux') {
    fail(at, `the node selector asks for ${SYSTEM_LABEL}: ${system}`, 'leave it out: the images run on linux only');
  }
  checkMetadataKeys(at, 'label', chosen);
  checkLabelValues(at, chosen);
  return { [SYSTEM_LABEL]: 'linux', ...chosen };
}

/** The `tolerations` of a pod. */
export function tolerations(at: IConstruct, chosen: readonly PodToleration[]): WireObject[] {
  return chosen.map(({ key, value, effect, stayForSeconds }) => {
    if (value !== undefined && key === undefined) {
      fail(at, `a toleration has the value '${value}' and no key`, "give its 'key' too");
    }
    if (stayForSeconds !== undefined && effect !== TaintEffect.NO_EXECUTE) {
      fail(at, 'a toleration says how long the pod stays, without NoExecute', "set 'effect' to NO_EXECUTE");
    }
    return {
      ...(key !== undefined && { key }),
      operator: value === undefined ? 'Exists' : 'Equal',
      ...(value !== undefined && { value }),
      ...(effect !== undefined && { effect }),
      ...(stayForSeconds !== undefined && { tolerationSeconds: stayForSeconds }),
    };
  });
}
