import { serviceEvents } from '../../calls/operations.ts';
import { kmsEventSource } from '../../calls/parse.ts';
import type { GuardConfig } from '../../config/config.ts';
import { watchedServices } from '../../defence/watched.ts';
import { isEnabled } from '../define-rule.ts';
import { deletionRules } from '../guards/deletion.ts';
import { policyRules } from '../guards/policy.ts';
import { rotationRules } from '../guards/rotation.ts';
import { forwardedOperations } from '../routes.ts';
import type { SampleEvent } from './passes.ts';

/** One call that a member must pass on, as EventBridge has it there. */
export type Expected = { readonly eventSource: string; readonly eventName: string; readonly event: SampleEvent };

type Place = { readonly account: string; readonly region: string };

const rules = [...deletionRules, ...rotationRules, ...policyRules];

/** What the member template passes on: the calls of KMS that a guard watches or learns from, and those that may disarm it. */
export const expectedEvents = (config: GuardConfig, place: Place): readonly Expected[] => {
  const operations = forwardedOperations(rules.filter((rule) => isEnabled(rule, config)));
  const ofKms = operations.map((eventName) => ({ source: 'aws.kms', eventSource: kmsEventSource, eventName }));
  const defence = watchedServices
    .filter(({ inMembers }) => inMembers)
    .flatMap(({ sources, eventSource, events }) =>
      sources.flatMap((source) => events.map(({ name: eventName }) => ({ source, eventSource, eventName }))),
    );
  return [...ofKms, ...defence].map(({ source, eventSource, eventName }) => ({
    eventSource,
    eventName,
    event: sampleOf({ source, eventSource, eventName }, place),
  }));
};

const sampleOf = (
  { source, eventSource, eventName }: Readonly<Record<'source' | 'eventSource' | 'eventName', string>>,
  { account, region }: Place,
): SampleEvent => ({
  source,
  'detail-type': `AWS ${isServiceEvent(eventSource, eventName) ? 'Service Event' : 'API Call'} via CloudTrail`,
  account,
  region,
  detail: { eventSource, eventName, awsRegion: region, recipientAccountId: account },
});

const isServiceEvent = (eventSource: string, eventName: string): boolean =>
  eventSource === kmsEventSource && serviceEvents.has(eventName);
