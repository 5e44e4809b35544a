import type { RuleSet } from '../src/rule';
import { loadRules } from '../src/rule';
import { generator } from './generator';

const VERBS = ['create', 'update', 'patch', 'delete', 'deletecollection', 'get', 'list', 'watch'];
const RESOURCES = ['pods', 'secrets', 'configmaps', 'daemonsets', 'cronjobs', 'nodes', 'serviceaccounts', 'services'];
const NAMESPACES = ['kube-system', 'shop', 'payments', 'default', 'monitoring'];
const ACTIONS = [
  'escalate',
  'grant',
  'bind',
  'impersonate',
  'issue',
  'exec',
  'attach',
  'port-forward',
  'debug',
  'deny',
];
const AGENTS = ['curl', 'python-requests', 'Go-http-client', 'kubectl/v1.2', 'nmap'];

/** The shapes that conditions of such rules have; each `pick` takes another word of a list. */
const SHAPES: readonly ((pick: (words: readonly string[]) => string) => string)[] = [
  (pick) => `audit.verb == "${pick(VERBS)}" and audit.objectRef.resource == "${pick(RESOURCES)}"`,
  (pick) =>
    `audit.verb in ["${pick(VERBS)}", "${pick(VERBS)}"] and event.object.namespace == "${pick(NAMESPACES)}" and not event.user startswith "system:"`,
  (pick) => `event.action == "${pick(ACTIONS)}" and event.result == "success" and event.user not in admins`,
  (pick) => `event.type == "exec" and event.object.namespace == "${pick(NAMESPACES)}"`,
  (pick) => `event.user_agent contains "${pick(AGENTS)}" and event.object.resource == "${pick(RESOURCES)}"`,
  (pick) => `event.groups contains "system:masters" and audit.verb == "${pick(VERBS)}"`,
  (pick) => `audit.responseStatus.code == 403 and event.object.resource == "${pick(RESOURCES)}"`,
  (pick) =>
    `event.object.resource == "${pick(RESOURCES)}" and audit.requestObject.spec.hostNetwork == true and audit.verb == "create"`,
  (pick) => `event.user matches "^(dev|ops)-[a-z]+@example" and event.object.namespace == "${pick(NAMESPACES)}"`,
  (pick) => `event.source_ip startswith "203.0.113." and event.action == "${pick(ACTIONS)}"`,
];

/** So many rules over the fields of audit events, none of which fires often. The same seed gives the same rules. */
export function manyRules(count: number, seed: number): RuleSet {
  const random = generator(seed);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)]!;
  const rules = Array.from({ length: count }, (_, index) => ({
    name: `Rule ${index}`,
    condition: SHAPES[index % SHAPES.length]!(pick),
  }));
  const lists = { admins: ['alice@example.com', 'bob@example.com'] };
  const { ruleSet, diagnostics } = loadRules([{ path: 'generated.yaml', text: JSON.stringify({ lists, rules }) }]);
  if (ruleSet.rules.length !== count) throw new Error(diagnostics[0]?.message ?? 'rules are missing');
  return ruleSet;
}
