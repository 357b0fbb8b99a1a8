import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { LocalAws } from '../local-aws.ts';
import type { Person } from '../slack/interaction.ts';
import { type LocalSlack, startLocalSlack } from '../slack/local-slack.ts';
import { clientSettings, root } from './guarded-aws.ts';

/** The channel that the guard alerts. */
export const demoChannel = 'C0ALERTS';

/** Dana is the account's administrator, whose calls the demonstration makes; Ravi is the second pair of eyes. */
export const dana: Person = { id: 'U0DANA', name: 'Dana' };
export const ravi: Person = { id: 'U0RAVI', name: 'Ravi' };

const session = (role: string, name: string): string => `arn:aws:sts::*:assumed-role/${role}/${name}@example.com`;
const users = {
  [dana.id]: { name: dana.name, principals: [session('PlatformAdmin', 'dana')] },
  [ravi.id]: { name: ravi.name, principals: [session('Security', 'ravi')] },
};

/** A laptop may be busy, and the first click waits for the start of a Lambda. */
const secondsToAnswer = 10;

/** A Slack of the demonstration's own. Throws LocalError where the port is taken. */
export const startDemoSlack = (port = 0): Promise<LocalSlack> =>
  startLocalSlack({ channels: { [demoChannel]: 'kms-alerts' }, people: [dana, ravi], port, secondsToAnswer });

export const demoConfig = join(root, 'local', 'guard.config.json');

/** A configuration with this Slack in place of its own channels: token and signing secret go into the local Secrets Manager. */
export const withDemoSlack = async (
  aws: LocalAws,
  { apiUrl, token, signingSecret }: LocalSlack,
  from: string = demoConfig,
) => {
  const secrets = new SecretsManagerClient(clientSettings(aws));
  const keep = async (name: string, text: string): Promise<string | undefined> =>
    (await secrets.send(new CreateSecretCommand({ Name: name, SecretString: text }))).ARN;
  const base = z.looseObject({}).parse(JSON.parse(await readFile(from, 'utf8')));
  const { $schema: _schema, ...settings } = base;
  const alerts = {
    slackTokenSecretArn: await keep('kms-guard/slack-token', token),
    channels: { alerts: { slackChannel: demoChannel } },
    routes: [{ to: ['alerts', 'default'] }],
    accountNames: { [aws.account]: 'local' },
    // Whoever tries a few deletions in a row sees a message for each; after that, a storm.
    storm: { after: 3 },
  };
  const slack = {
    signingSecretArn: await keep('kms-guard/slack-signing-secret', signingSecret),
    users,
    approvers: Object.keys(users),
  };
  const config = join(aws.logFolder, 'guard.config.json');
  await writeFile(config, JSON.stringify({ ...settings, alerts, slack }));
  return { config, context: { slackApiUrl: apiUrl } };
};
