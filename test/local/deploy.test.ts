import { expect, test } from 'vitest';
import { complaint, progressOf } from '../../local/deploy.ts';

test('progress is the resources that are done, and the check marks', () => {
  const cells = ' Guard |  3/13 | 6:59:24 PM | CREATE_COMPLETE      | AWS::SQS::Queue     | Inbox (InboxA8E05DC3) ';
  expect(progressOf(cells)).toEqual(['Guard 3/13 AWS::SQS::Queue Inbox']);
  expect(progressOf(cells.replace('CREATE_COMPLETE', 'CREATE_IN_PROGRESS'))).toEqual([]);
  expect(progressOf(' ✅  Guard')).toEqual(['✅  Guard']);
  expect(progressOf('Stack ARN:')).toEqual([]);
});

test('a complaint is the last lines that tell of an error, on one line', () => {
  const tail = ['Synthesizing', 'Error: Cannot find module app.mjs', '    at Module.load', '', 'Subprocess failed'];
  expect(complaint(tail)).toBe('Error: Cannot find module app.mjs | Subprocess failed');
  expect(complaint(['nothing', 'telling'])).toBe('nothing | telling');
  expect(complaint([])).toBe('it said nothing');
});
