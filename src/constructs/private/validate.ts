import type { IConstruct } from 'constructs';

/** Throws, naming the construct the reader wrote and what to write instead. */
export function fail(at: IConstruct, problem: string, remedy: string): never {
  throw new Error(failure(at, problem, remedy));
}

/** The same wording, for what can only be said once the tree is complete. */
export function failure(at: IConstruct, problem: string, remedy: string): string {
  return `${at.node.path}: ${problem}; ${remedy}`;
}
