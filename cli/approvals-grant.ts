import type { Approval } from '../shared/approvals.ts';
import { partsOfKeyArn } from '../shared/calls/key-arn.ts';
import type { GuardConfig } from '../shared/config/config.ts';
import { plain } from '../shared/rules/explain.ts';
import { type Approvers, fourEyes, peopleBehind } from '../shared/people.ts';
import { arnsOf } from '../shared/principal.ts';
import { type ExitStatus, type Io, UsageError } from './command.ts';
import type { OpenLedger } from './ledger-access.ts';
import { readConfig } from './read-config.ts';
import { tellAlert } from './tell-alert.ts';

type Values = {
  readonly key?: string | undefined;
  readonly requester?: string | undefined;
  readonly reason?: string | undefined;
  readonly ticket?: string | undefined;
  readonly days?: string | undefined;
  readonly hours: string;
  readonly config?: string | undefined;
  readonly json: boolean;
};

type Granting = {
  readonly io: Io;
  readonly books: () => ReturnType<OpenLedger>;
  readonly values: Values;
  readonly wrong: (problem: string) => UsageError;
};

const hourInMilliseconds = 3_600_000;

/** Approves a deletion that is still to be scheduled. What the configuration would not accept later is refused now. */
export const grant = async ({ io, books, values, wrong }: Granting): Promise<ExitStatus> => {
  const asked = readGrant(values, wrong);
  const config = await readConfig(io, values.config);
  const opened = await books();
  const { approvals, caller, newId, clock } = opened;
  const approver = await caller();
  checkFourEyes(config.slack, { requester: asked.requester, approver });
  const now = clock.now();
  const approval: Approval = {
    id: `cli-${newId()}`,
    keyArn: asked.key,
    requester: asked.requester,
    approver: { arn: approver, slackUser: null, name: nameOf(config, approver) },
    minimumWindowInDays: asked.days ?? config.deletion.minimumWindowInDays,
    until: new Date(now + asked.hours * hourInMilliseconds).toISOString(),
    reason: asked.reason,
    ticket: values.ticket ?? null,
    grantedAt: new Date(now).toISOString(),
    revoked: null,
    used: null,
  };
  await approvals.add(approval);
  const { id, minimumWindowInDays, until, grantedAt, approver: second } = approval;
  if (values.json) io.stdout(`${JSON.stringify(approval)}\n`);
  else {
    io.stdout(
      `${id}: ${asked.requester} may schedule the deletion of ${asked.key} before ${until}, with ${minimumWindowInDays} days or more.\n`,
    );
  }
  const terms = `${plain(asked.requester)} may schedule it until ${until}, with ${minimumWindowInDays} days or more`;
  const step = { status: 'approved', by: plain(second.name), what: `approved the deletion: ${terms}` } as const;
  await tellAlert(io, opened, { ...step, keyArn: asked.key, at: grantedAt, until });
  return 0;
};

const readGrant = (values: Values, wrong: Granting['wrong']) => {
  const { key, requester, reason, days, hours } = values;
  if (key === undefined || partsOfKeyArn(key) === null) {
    throw wrong(`grant: --key takes the ARN of a key, not "${key ?? ''}"`);
  }
  if (requester === undefined || !/^arn:[^:]+:(iam|sts)::\d{12}:[^*]+$/.test(requester)) {
    throw wrong(`grant: --requester takes the ARN of one user, role or role session, not "${requester ?? ''}"`);
  }
  if (reason === undefined || reason.trim().length < 10) {
    throw wrong('grant: --reason must say why, in at least 10 characters');
  }
  const range = (name: string, text: string, [least, most]: readonly [number, number]): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw wrong(`grant: --${name} takes a number from ${least} to ${most}, not "${text}"`);
    }
    return value;
  };
  return {
    key,
    requester,
    reason: reason.trim().slice(0, 500),
    days: days === undefined ? null : range('days', days, [7, 30]),
    hours: range('hours', hours, [1, 720]),
  };
};

/** @throws UsageError where the guard would not take the approval when it counts */
const checkFourEyes = (
  policy: Approvers,
  { requester, approver }: { readonly requester: string; readonly approver: string },
): void => {
  const refuse = (why: string): never => {
    throw new UsageError(`approvals: not granted: ${why}`);
  };
  const eyes = fourEyes(policy, { arn: requester, issuerArn: null }, { arn: approver, slackUser: null });
  switch (eyes.fourEyes) {
    case 'yes':
      return;
    case 'same-person':
      return refuse(`${approver} and ${requester} may be the same person; a second person must approve`);
    case 'no-approver':
      return refuse(`${approver} is none of those who may approve (slack.approvers in the configuration)`);
    case 'unknown-person':
      return refuse(
        `slack.users in the configuration does not tell who ${eyes.principal} is; name a session if people are known by it`,
      );
  }
};

const nameOf = ({ slack }: GuardConfig, arn: string): string => {
  const [id] = peopleBehind(slack?.users ?? {}, arnsOf({ arn, issuerArn: null }));
  return (id === undefined ? undefined : slack?.users[id]?.name) ?? arn;
};
