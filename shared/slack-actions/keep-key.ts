import { act } from '../act.ts';
import { approvalState } from '../approvals.ts';
import { partsOfKeyArn } from '../calls/key-arn.ts';
import { modeOf } from '../decide.ts';
import type { Outcome } from '../decision.ts';
import { gatherFacts } from '../facts/gather.ts';
import { type AnswerParts, type AnswerResult, done, refused } from './answer-ports.ts';
import type { Answering } from './handle-answer.ts';

/** Cancels a pending deletion because a person said so: the remedy of `enforce`, and only where `enforce` allows it. */
export const keepKey = async (parts: AnswerParts, { answer, name, attempt }: Answering): Promise<AnswerResult> => {
  const { config, ports } = parts;
  const { keyArn, alertId, findingIds } = answer.value;
  const account = partsOfKeyArn(keyArn)?.account;
  if (keyArn === null || account === undefined) return refused('Nothing was done: the message names no key.');
  const withdrawn = await withdrawApprovals(parts, { keyArn, by: name, at: answer.at });
  const byHand = commandsFor(keyArn);
  if (modeOf(config, account, 'cancelKeyDeletion') === 'observe') {
    return refused(
      `${withdrawn}The guard only observes here (modes.remedies.cancelKeyDeletion): it may not cancel. ${byHand}`,
    );
  }
  const outcomes = await cancel(parts, { keyArn, account, attempt });
  const said = outcomes.map(({ remedy, outcome, detail }) => `${remedy}: ${outcome}: ${detail}`).join('; ');
  if (!isSaved(outcomes)) return refused(`${withdrawn}The deletion was NOT cancelled. ${said}. ${byHand}`);
  const what = `kept the key (${said})`;
  await ports.progress.moved({
    alertId,
    keyArn,
    findingIds,
    status: 'kept',
    by: name,
    what,
    at: answer.at,
    until: null,
  });
  return done(`${withdrawn}Kept. ${said}.`);
};

const isSaved = ([cancelled]: readonly Outcome[]): boolean =>
  cancelled?.outcome === 'done' || cancelled?.outcome === 'already-so';

type Cancelling = { readonly keyArn: string; readonly account: string; readonly attempt: number };

const cancel = async (
  { config, ports, ownRoles }: AnswerParts,
  { keyArn, account, attempt }: Cancelling,
): Promise<readonly Outcome[]> => {
  const [, , , region = ''] = keyArn.split(':');
  const facts = await gatherFacts({
    ...ports,
    keyArn,
    account,
    region,
    needs: new Set(['metadata', 'history']),
  });
  const decision = {
    action: 'remedy',
    remedy: 'cancelKeyDeletion',
    wouldRemedy: null,
    severity: 'info',
    reasons: [],
  } as const;
  return act(ports, { decision, call: null, facts, config, guardRoles: ownRoles, policyParts: null, attempt });
};

/** Whoever keeps a key takes back what permits its deletion. */
const withdrawApprovals = async (
  { ports: { approvals } }: AnswerParts,
  { keyArn, by, at }: { readonly keyArn: string; readonly by: string; readonly at: string },
): Promise<string> => {
  const all = await approvals.of(keyArn);
  if (!all.known) return `The approvals of the key could not be read and stand as they are (${all.detail}). `;
  const live = all.value.filter((approval) => approvalState(approval, Date.parse(at)) === 'granted');
  for (const { id } of live) await approvals.revoke({ keyArn, id, by, at });
  return live.length === 0 ? '' : `Revoked: ${live.map(({ id }) => id).join(', ')}. `;
};

const commandsFor = (keyArn: string): string => {
  const [, , , region = ''] = keyArn.split(':');
  const key = `--key-id ${keyArn} --region ${region}`;
  return `By hand: aws kms cancel-key-deletion ${key}, then, if the key was enabled before: aws kms enable-key ${key}`;
};
