/** Rules against what is left out before detection. Behind the detector, where it belongs, nothing of it concerns a rule. */
import type { ShippingCode } from '../model/shipping/codes';
import type { NoiseRule, ShippingFilters } from '../model/shipping/filters';
import { redactedFields } from '../model/shipping/redacted-fields';
import type { RedactedField } from '../model/shipping/redacted-fields';
import type { CheckedRule, Diagnostic, DiagnosticSeverity, RuleSet } from '../rule';

interface Blindness {
  readonly code: ShippingCode;
  readonly severity: DiagnosticSeverity;
  readonly message: string;
}

/** Fields of an event that are read from a field of the record. */
const READ_FROM: Readonly<Record<string, readonly string[]>> = {
  'event.action': ['requestObject', 'responseObject'],
  'event.user': ['user.username'],
  'event.groups': ['user.groups'],
  'event.source_ip': ['sourceIPs'],
  'event.user_agent': ['userAgent'],
  'event.impersonated_user': ['impersonatedUser.username'],
  'event.failure_count': ['user.username', 'sourceIPs'],
  'event.object': ['objectRef'],
};

const REMEDY = 'leave the stage at its default, behind the detector; or remove the rule';

/** What each rule no longer sees; nothing for one that reads none of it. */
export function checkRulesAgainstShipping(ruleSet: RuleSet, beforeDetection: ShippingFilters): Diagnostic[] {
  const fields = redactedFields(beforeDetection);
  return ruleSet.rules.flatMap((rule) =>
    [...fields.flatMap((field) => fieldProblems(rule, field)), ...noiseProblems(rule, beforeDetection.noise ?? [])].map(
      (problem) => diagnosticOf(rule, problem),
    ),
  );
}

function fieldProblems(rule: CheckedRule, field: RedactedField): Blindness[] {
  if (field.source !== undefined && rule.source !== undefined && rule.source !== field.source) return [];
  const { path } = field;
  if (path === undefined) return secretProblems(rule);
  const read = rule.fields.filter(({ name }) => sourcesOf(name).some((source) => overlap(source, path)));
  return read.map(({ name }) => ({ severity: 'error', ...effectOn(name, path, field) }));
}

function effectOn(name: string, path: string, { effect }: RedactedField): Pick<Blindness, 'code' | 'message'> {
  return effect === 'left-out'
    ? { code: 'P601', message: `reads '${name}', and '${path}' is left out before detection` }
    : { code: 'P602', message: `reads '${name}', and '${path}' is a pseudonym before detection` };
}

function secretProblems(rule: CheckedRule): Blindness[] {
  const texts = rule.fields.filter(({ name }) =>
    /^(audit\.(requestObject|responseObject|requestURI)|log\.)/.test(name),
  );
  return texts.map(({ name }) => ({
    code: 'P604',
    severity: 'warning',
    message: `reads '${name}', in which secrets are replaced before detection`,
  }));
}

function noiseProblems(rule: CheckedRule, noise: readonly NoiseRule[]): Blindness[] {
  return noise
    .filter(({ source }) => rule.source === undefined || rule.source === source)
    .map(({ name, keep }) => ({
      code: 'P603',
      severity: rule.source === undefined ? 'info' : 'warning',
      message: `does not see what '${name}' ${keep === 0 ? 'drops' : 'samples'} before detection`,
    }));
}

/** Paths of the record that a field of the event comes from. */
function sourcesOf(name: string): readonly string[] {
  if (name.startsWith('audit.')) return [name.slice('audit.'.length)];
  const known = Object.entries(READ_FROM).find(([field]) => name === field || name.startsWith(`${field}.`));
  return known?.[1] ?? [name.replace(/^log\./, '')];
}

function overlap(a: string, b: string): boolean {
  const isWithin = (inner: string, outer: string): boolean =>
    inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return isWithin(a, b) || isWithin(b, a);
}

function diagnosticOf(rule: CheckedRule, { code, severity, message }: Blindness): Diagnostic {
  return {
    code,
    severity,
    file: rule.position.file,
    line: rule.conditionLine,
    column: 1,
    length: 1,
    message: `rule '${rule.id}' ${message}`,
    remedy: REMEDY,
  };
}
