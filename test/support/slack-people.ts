import { account } from './records.ts';

/** Dana schedules deletions through a role that others share, Eve approves, Finn may not. */
export const dana = `arn:aws:sts::${account}:assumed-role/PlatformAdmin/dana@example.com`;
export const eve = `arn:aws:sts::${account}:assumed-role/Security/eve@example.com`;

export const slackPeople = {
  signingSecretArn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:slack-signing-AbCdEf`,
  users: {
    U0DANA: {
      name: 'Dana',
      principals: ['arn:aws:sts::*:assumed-role/*/dana@example.com', `arn:aws:iam::${account}:user/dana`],
    },
    U0EVE: { name: 'Eve', principals: ['arn:aws:sts::*:assumed-role/*/eve@example.com'] },
    U0FINN: { name: 'Finn', principals: [`arn:aws:iam::${account}:user/finn`] },
  },
  approvers: ['U0EVE', 'U0DANA'],
};
