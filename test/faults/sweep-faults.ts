import type { Intercept, PortCall, Reaction } from './port-calls.ts';
import { again, once } from './strikes.ts';
import type { SweepStep } from './sweep-night.ts';

export type SweepCall = PortCall & { readonly step: SweepStep };

export type SweepFault = {
  readonly id: string;
  readonly strikes: (call: SweepCall) => boolean;
  readonly plan: (call: SweepCall) => Intercept;
  /** The second night itself must end well. */
  readonly endsWell?: true;
};

const ports =
  (...names: readonly string[]) =>
  ({ port }: SweepCall): boolean =>
    names.includes(port);
const everyCall = (): boolean => true;
const isKms = ports('reader', 'history', 'schedulings', 'lister', 'trails', 'estate');
const isTable = ports('ledger', 'findings', 'sweeps');
const isQueue = ports('alerter', 'progress', 'inbox');
const isBucket = ports('results');
const fault = (id: string, strikes: SweepFault['strikes'], reaction: Reaction): SweepFault => ({
  id,
  strikes,
  plan: (call) => once(reaction)({ ...call, step: 'Act' }),
  endsWell: true,
});
const lasting = (
  id: string,
  strikes: SweepFault['strikes'],
  { reaction, times }: { readonly reaction: Reaction; readonly times?: number },
): SweepFault => ({
  id,
  strikes,
  plan: (call) => again(reaction, times)({ ...call, step: 'Act' }),
});

export const sweepFaults: readonly SweepFault[] = [
  fault('Lambda killed before the call', everyCall, 'kill'),
  fault('Lambda killed after the call', everyCall, 'kill-after'),
  lasting('Lambda killed there four times', everyCall, { reaction: 'kill-after', times: 4 }),
  lasting('Lambda killed there all night', everyCall, { reaction: 'kill' }),
  fault('KMS, CloudTrail throttled once', isKms, 'throttle'),
  lasting('KMS, CloudTrail throttled all night', isKms, { reaction: 'throttle' }),
  fault('KMS, CloudTrail: answer lost', isKms, 'lose-answer'),
  lasting('KMS, CloudTrail access denied', isKms, { reaction: 'deny' }),
  fault('DynamoDB conflict or throttling, once', isTable, 'throttle'),
  lasting('DynamoDB conflict, four times', isTable, { reaction: 'throttle', times: 4 }),
  lasting('DynamoDB down all night', isTable, { reaction: 'throttle' }),
  fault('DynamoDB: answer lost', isTable, 'lose-answer'),
  fault('SQS down once', isQueue, 'throttle'),
  fault('SQS: answer lost', isQueue, 'lose-answer'),
  lasting('SQS down all night', isQueue, { reaction: 'throttle' }),
  fault('S3 down once', isBucket, 'throttle'),
  fault('S3: answer lost', isBucket, 'lose-answer'),
  lasting('S3 down all night', isBucket, { reaction: 'throttle' }),
];
