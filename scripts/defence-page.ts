import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type WatchedService, watchedServices } from '../shared/defence/watched.ts';

/** `npm run docs`: writes `docs/self-defence.md` from the table in `shared/defence/watched.ts`; a test compares the two. */

export const defenceFile = join(import.meta.dirname, '..', 'docs', 'self-defence.md');

const row = (service: WatchedService, { name, effect, does }: WatchedService['events'][number]): string => {
  const { eventSource, inMembers } = service;
  return `| ${[`\`${eventSource}\``, `\`${name}\``, effect, does, inMembers ? 'yes' : 'no'].join(' | ')} |`;
};

export const defencePage = (): string => `# How the guard watches over itself

Whoever wants a key gone begins with what would save it. The Lambda \`self-guard\` tells people of calls that blind or disarm
the guard: a trail is stopped, a rule, a queue, a function, a role, the ledger or an alarm is changed or gone. It undoes none
of them, and its role reads no key. Its alerts (\`kind\` \`defence\`) go the way of every other alert, never into a digest.

A rule on the default bus for each service, an inbox with dead letters, and a heartbeat of its own, as the other
guards have. In an organization the member accounts pass on what the last column says, over the bus of the members.

Written by \`scripts/defence-page.ts\` from the table in \`shared/defence/watched.ts\`.

## What is watched

| service | call | effect | what the call does | also in members |
| --- | --- | --- | --- | --- |
${watchedServices.flatMap((service) => service.events.map((event) => row(service, event))).join('\n')}

Of the trails every one counts, whoever it belongs to: the guard sees by them. Everything else counts where the record names
a resource of the guard: the name begins with that of the stack (\`KmsGuard-\`; in members \`KmsGuardMember-\` and
\`StackSet-KmsGuard\`), or it is the responder role, a bus or the state machine of the sweep. They are in \`GUARD_NAMES\`.

## How severe

| who and what | severity |
| --- | --- |
| a person or a role, and the call succeeded | critical |
| a change of a trail after which it still logs the KMS calls that change keys, in every Region it did | high |
| an attempt: the call failed | high |
| CloudFormation took something away, or blinded a trail | high |
| CloudFormation changed something, or failed to | medium |

A deployment is known by what AWS writes itself (\`invokedBy\`, \`sourceIPAddress\`), never by the name of a role: anybody may
call a role \`cdk-...\`. So \`cdk deploy --hotswap\`, which changes functions without CloudFormation, is critical.

## What is not seen

- **IAM outside \`us-east-1\`**, where nobody passes it on. Its calls are delivered in that Region alone (in \`aws-cn\`
  \`cn-north-1\`, in \`aws-us-gov\` \`us-gov-west-1\`): a guard that lives elsewhere needs the stack \`KmsGuardRoles\` there
  ([operations](operations.md#install-one-account)), and members the member template.
- **A call whose record names nothing**, such as \`DeleteEventSourceMapping\` that was denied: it tells a UUID alone.
- **What kills the messenger.** Whoever deletes the rules or the function of the self-guard first is reported if EventBridge
  was faster, and by missing heartbeats and \`alarms.topicArns\` if not. A member's rules have no heartbeat: where they are
  deleted, disabled or narrowed, the record comes when nobody passes it on any more. Rule [forwarding-missing](rules/forwarding-missing.md)
  finds it in the next sweep, which still sees that account's keys every night. An organization policy keeps it from happening at all: \`docs/organization-policies/scp-protect-guard.json\`.
- **A key policy that locks the guard out** is rule [policy-guard-locked-out](rules/policy-guard-locked-out.md); a Region that
  no trail covers is rule [trail-blind](rules/trail-blind.md), seen by the sweep.
- **Tags, bucket objects, messages and items, service quotas, suspended accounts**, and Slack's side of a channel.
`;

if (import.meta.main) writeFileSync(defenceFile, defencePage());
