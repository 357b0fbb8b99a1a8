import { type FakeSlack, startFakeSlack } from '../../local/slack/fake-slack.ts';
import type { Person } from '../../local/slack/interaction.ts';
import { slackClient } from '../../shared/adapters/slack-client.ts';
import { listedAlert, type SlackInput, slackMessage, slackNote } from '../../shared/alerts/slack/index.ts';
import { ruleById } from '../../shared/rules/index.ts';
import { cancelledAlert, now, pendingAlert, slackInput } from './alerts.ts';

export const sceneChannel = 'C0ALERTS';
export const channelNames = { [sceneChannel]: 'kms-alerts', C0DIGEST: 'kms-digest' };
export const people: readonly Person[] = [
  { id: 'U0DANA', name: 'Dana' },
  { id: 'U0RAVI', name: 'Ravi' },
];
export const pendingInput: SlackInput = slackInput({ alertId: 'alert-pending' });

const publicAccess = {
  who: 'public',
  principal: '*',
  subject: 'Anyone with an AWS account',
  actions: ['kms:Decrypt', 'kms:Encrypt'],
  statements: ['Partner'],
  certain: true,
  delegated: false,
} as const;

const policyInput = slackInput({
  alertId: 'alert-policy',
  status: 'restored',
  accountName: 'prod-ledger',
  history: [{ at: '2026-11-20T09:12:30Z', by: 'kms-guard', what: 'put the policy of 2026-11-01 back' }],
  alert: pendingAlert({
    eventName: 'PutKeyPolicy',
    keyState: 'Enabled',
    deletionDate: null,
    aliases: ['alias/ledger'],
    verdicts: [
      {
        rule: 'policy-public',
        verdict: 'violation',
        severity: 'critical',
        message: 'open',
        data: {},
        remedy: 'restoreKeyPolicy',
      },
    ],
    decision: {
      action: 'remedy',
      remedy: 'restoreKeyPolicy',
      wouldRemedy: null,
      severity: 'critical',
      reasons: [{ id: 'violation', rule: 'policy-public' }],
    },
    outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'done', detail: 'the policy of 2026-11-01 is in force again' }],
    policyChange: {
      since: '2026-11-01T00:00:00Z',
      gained: [publicAccess],
      lost: [],
      more: { gained: 0, lost: 0 },
      becamePublic: true,
      becameUnmanageable: false,
    },
  }),
});

const stormInput = (): SlackInput => {
  const listed = Array.from({ length: 40 }, (_, index) =>
    listedAlert(
      {
        alertId: `storm-${index}`,
        alert: cancelledAlert({ aliases: [`alias/tenant-${index + 1}`] }),
        accountName: 'dev-sandbox',
        at: '2026-11-20T08:40:00Z',
      },
      ruleById,
    ),
  );
  return slackInput({ alertId: 'alert-storm', storm: { since: '2026-11-20T08:40:00Z', count: 500, listed } });
};

/** A fake Slack with the kinds of messages that the guard sends; the pending deletion comes last. */
export const startScene = async (): Promise<{ readonly slack: FakeSlack; readonly pendingTs: string }> => {
  const token = 'xoxb-not-a-real-token';
  const slack = await startFakeSlack({ token, channels: Object.keys(channelNames), now: () => now });
  const client = slackClient({ token, apiUrl: slack.apiUrl });
  const post = async (input: SlackInput, threadTs: string | null = null): Promise<string> => {
    const message = threadTs === null ? slackMessage(input, ruleById) : (slackNote(input) ?? { text: '', blocks: [] });
    const result = await client.post({ channel: sceneChannel, message, threadTs, messageId: input.alertId });
    if (!result.ok) throw new Error(JSON.stringify(result));
    return result.ts;
  };
  await post(stormInput());
  await post(policyInput, await post(policyInput));
  return { slack, pendingTs: await post(pendingInput) };
};
