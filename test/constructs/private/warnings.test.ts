import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { addWarning, warningsBelow } from '../../../src/constructs/private/warnings';

test('warnings are gathered from a construct and all below it, each once, with their place', () => {
  const app = new App({ outdir: 'unused' });
  const stack = new Construct(app, 'Stack');
  const part = new Construct(stack, 'Part');
  addWarning(part, 'something to know');
  addWarning(part, 'something to know');
  addWarning(stack, 'something else');
  addWarning(new Construct(app, 'Other'), 'not ours');
  expect(warningsBelow(stack)).toEqual(['Stack: something else', 'Stack/Part: something to know']);
});
