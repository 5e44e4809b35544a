import type { IConstruct } from 'constructs';
import { fail } from './validate';

/** `[registry/]repository[:tag][@digest]` in its parts. */
export interface ImageReference {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const REFERENCE = /^([a-z0-9][\w.:/-]*?)(?::([A-Za-z0-9_][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Refuses an image that can change under its name: it needs a full version as tag, or a digest. */
export function checkImageReference(at: IConstruct, reference: string): ImageReference {
  const match = REFERENCE.exec(reference);
  const [, repository, tag, digest] = match ?? [];
  if (repository === undefined) {
    fail(at, `'${reference}' is not an image reference`, "write it as 'registry.example.com/name:1.2.3'");
  }
  if (digest === undefined && (tag === undefined || !/\d+\.\d+\.\d+/.test(tag))) {
    const problem = tag === undefined ? 'has no tag' : `has the tag '${tag}', which can move`;
    fail(at, `the image '${reference}' ${problem}`, 'name a full version such as 1.2.3, or a digest');
  }
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Whether a reference says itself which registry it comes from. */
export function namesRegistry(reference: string): boolean {
  const [first, ...rest] = reference.split('/');
  return rest.length > 0 && first !== undefined && (/[.:]/.test(first) || first === 'localhost');
}
