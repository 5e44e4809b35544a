/** Removes from `lock` what only the unwanted package needs; returns the lock paths that are gone. */
export function prune(lock: { packages: { [entry: string]: object } }): string[];
export const UNWANTED: string;
