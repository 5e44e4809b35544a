/** What makes two findings the same alert, and what names an alert. */
import type { SecurityEvent } from '../contract/event';
import { type Finding, sha256 } from '../engine';
import type { CheckedRule } from '../rule';

/** 128 bits: nobody can make two alerts share them on purpose. */
const HEX_DIGITS = 32;

/**
 * Rule, cluster, actor (user, else source address) and object. Where names are chosen by an attacker, at logins and in
 * rules that count failures, the actor is the source address and the object is left out.
 */
export function fingerprintOf({ rule, event: { event } }: Finding): string {
  const { user, source_ip: address, object } = event;
  if (groupsByAddress(rule, event)) return digest([rule.id, event.cluster, 'address', address]);
  const actor = isNamed(user) ? ['user', user] : ['address', address];
  return digest([rule.id, event.cluster, ...actor, object?.group, object?.resource, object?.namespace, object?.name]);
}

/** The same finding names the same alert, so that a repeated delivery can be told. */
export function alertIdOf(fingerprint: string, { event: { event }, timeUs }: Finding): string {
  return digest([fingerprint, event.id, timeUs]);
}

function groupsByAddress({ fields }: CheckedRule, { type }: SecurityEvent['event']): boolean {
  return type === 'authentication' || fields.some(({ path }) => path.segments.join('.') === 'event.failure_count');
}

function isNamed(user: string | undefined): boolean {
  return user !== undefined && user !== '';
}

function digest(parts: readonly (string | number | undefined)[]): string {
  return sha256(JSON.stringify(parts.map((part) => part ?? null))).slice(0, HEX_DIGITS);
}
