import type { Call } from '../calls/call.ts';
import type { Outcome } from '../decision.ts';
import type { Fact, Facts, KeyMetadata } from '../facts/facts.ts';
import type { Intent } from '../ledger/entries.ts';
import type { KeyAlert } from './alert.ts';
import type { PolicyChange } from './policy-change.ts';

type Input = {
  readonly call: Call;
  readonly facts: Facts;
  readonly intent: Intent;
  readonly outcomes: readonly Outcome[];
  /** A look at the key after the remedies; null where there were none. */
  readonly after: Fact<KeyMetadata> | null;
  readonly policyChange: PolicyChange | null;
};

/** What people are told about one handled call. */
export const keyAlert = ({ call, facts, intent, outcomes, after, policyChange }: Input): KeyAlert => {
  const metadata = after ?? facts.metadata;
  const { arn, type, invokedBy } = call.actor;
  return {
    kind: 'key',
    eventID: call.eventID,
    eventName: call.eventName,
    eventTime: call.eventTime,
    account: call.account,
    region: call.region,
    partition: call.partition,
    keyArn: call.keyArn,
    keyId: call.keyId,
    aliases: facts.aliases.known ? facts.aliases.value : [],
    actor: { arn, type, invokedBy },
    sourceIPAddress: call.sourceIPAddress,
    severity: intent.decision.severity,
    verdicts: intent.verdicts,
    decision: intent.decision,
    outcomes,
    keyState: metadata.known ? metadata.value.keyState : null,
    deletionDate: metadata.known ? metadata.value.deletionDate : null,
    policyChange,
  };
};
