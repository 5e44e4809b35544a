import type { IConstruct } from 'constructs';
import type { ContainerResources } from '../container-resources';
import type { WireObject } from './strategic-merge';
import { fail } from './validate';

const QUANTITY = /^(\d+(?:\.\d+)?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

const FACTOR: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a Kubernetes quantity stands for: bytes, or CPUs. */
export function quantity(at: IConstruct, what: string, text: string): number {
  const match = QUANTITY.exec(text);
  if (match === null) fail(at, `the ${what} '${text}' is not a Kubernetes quantity`, "write it as '500m' or '512Mi'");
  return Number(match[1]) * (FACTOR[match[2] ?? ''] ?? 1);
}

/** Bytes as a quantity, in the largest binary unit that divides them, at least mebibytes. */
export function quantityText(bytes: number): string {
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** The `resources` of a container; what the reader left out comes from the defaults. */
export function resources(
  at: IConstruct,
  chosen: ContainerResources | undefined,
  defaults: ContainerResources,
): WireObject {
  const all: ContainerResources = { ...defaults, ...chosen };
  for (const [name, text] of Object.entries(all) as [string, string | undefined][]) {
    if (text !== undefined) quantity(at, name, text);
  }
  checkOrder(at, 'CPU', all.cpuRequest, all.cpuLimit);
  checkOrder(at, 'memory', all.memoryRequest, all.memoryLimit);
  checkOrder(at, 'ephemeral storage', all.ephemeralStorageRequest, all.ephemeralStorageLimit);
  return {
    requests: { cpu: all.cpuRequest, memory: all.memoryRequest, 'ephemeral-storage': all.ephemeralStorageRequest },
    limits: { cpu: all.cpuLimit, memory: all.memoryLimit, 'ephemeral-storage': all.ephemeralStorageLimit },
  };
}

function checkOrder(at: IConstruct, what: string, request: string | undefined, limit: string | undefined): void {
  if (request === undefined || limit === undefined) return;
  if (quantity(at, what, request) > quantity(at, what, limit)) {
    fail(at, `the ${what} request ${request} is above the limit ${limit}`, 'lower the request or raise the limit');
  }
}
