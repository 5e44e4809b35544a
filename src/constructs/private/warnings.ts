import type { IConstruct } from 'constructs';

const WARNING = 'cdk8s-siem:warning';

/** Remembers what a reader should know about a construct, without stopping synth. Constructs print nothing themselves. */
export function addWarning(at: IConstruct, text: string): void {
  at.node.addMetadata(WARNING, text);
}

/** The warnings of a construct and everything below it, each once, in the order of the tree. */
export function warningsBelow(scope: IConstruct): string[] {
  const texts = scope.node
    .findAll()
    .flatMap((construct) => construct.node.metadata.map((entry) => ({ construct, entry })))
    .filter(({ entry }) => entry.type === WARNING)
    .map(({ construct, entry }) => `${construct.node.path}: ${String(entry.data)}`);
  return [...new Set(texts)];
}
