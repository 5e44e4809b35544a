/** What is wrong with a configuration although it can be written: found here, not on the nodes. */
import type { FluentdElement } from './elements';
import { deliveryProblems } from './lint/delivery';
import { paramProblems } from './lint/params';
import { placeholderProblems } from './lint/placeholders';
import { problemText } from './lint/problem';
import type { ConfigProblem } from './lint/problem';
import { routingProblems } from './lint/routing';
import { storeProblems } from './lint/stores';
import { uniquenessProblems } from './lint/uniqueness';
import { renderConfig } from './render';
import { viewElements } from './view';

export type { ConfigProblem } from './lint/problem';

/** Every problem of a configuration, of its parameters first. Text of a user's own is checked for ids and labels only. */
export function checkConfig(elements: readonly FluentdElement[]): ConfigProblem[] {
  const views = viewElements(elements);
  return [
    paramProblems,
    routingProblems,
    uniquenessProblems,
    deliveryProblems,
    storeProblems,
    placeholderProblems,
  ].flatMap((check) => check(views));
}

/** The text of a configuration; throws with all problems, one a line, where there are any. */
export function checkedConfig(elements: readonly FluentdElement[]): string {
  const problems = checkConfig(elements);
  if (problems.length > 0) {
    throw new Error(`the configuration of Fluentd would not work:\n${problems.map(problemText).join('\n')}`);
  }
  return renderConfig(elements);
}
