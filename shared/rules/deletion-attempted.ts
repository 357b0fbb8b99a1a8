import { defineRule, notApplicable } from './define-rule.ts';
import { protectedByList, protectedByTag, protectionTexts } from './protection.ts';
import { cut } from './reason.ts';

/**
 * Who is refused a deletion today may be allowed one tomorrow. Not every failed call is recorded, and a denied call from
 * another account only there: KMS developer guide, "Logging AWS KMS API calls with AWS CloudTrail".
 */
export const deletionAttempted = defineRule({
  id: 'deletion-attempted',
  title: 'Somebody tried to schedule the deletion of a key and failed',
  guard: 'deletion-guard',
  severity: 'medium',
  watches: ['ScheduleKeyDeletion'],
  sweep: false,
  needs: ['tags'],
  remedy: null,
  controls: [],
  messages: {
    ...protectionTexts,
    failed: '{actor} tried to schedule the deletion of {key}, which failed: {errorCode}: {errorMessage}',
    dryRun:
      '{actor} tried out with a dry run whether the deletion of {key} can be scheduled: {errorCode}: {errorMessage}',
    rootActor: 'The root user of account {account} tried it',
  },
  remediation:
    'Ask the actor what the attempt was for, and take away kms:ScheduleKeyDeletion from whoever need not have it.',
  judge: ({ call, facts, config }) => {
    if (call?.operation !== 'ScheduleKeyDeletion' || (call.failure === null && !call.dryRun)) return notApplicable;
    const { actor, failure, dryRun } = call;
    const account = actor.accountId ?? call.account;
    const raised = [
      ...(actor.type === 'Root' ? [{ id: 'rootActor', account }] : []),
      ...protectedByTag(facts.tags, config),
      ...protectedByList(facts.keyArn, config),
    ];
    return {
      verdict: 'violation',
      message: dryRun ? 'dryRun' : 'failed',
      severity: raised.length > 0 ? 'high' : 'medium',
      data: {
        actor: cut(actor.arn ?? actor.invokedBy ?? `an actor of type ${actor.type}`),
        key: cut(call.keyArn ?? call.keyId ?? 'an unknown key'),
        errorCode: failure?.errorCode ?? null,
        errorMessage: failure === null || failure.errorMessage === null ? null : cut(failure.errorMessage),
        reasons: raised,
      },
    };
  },
});
