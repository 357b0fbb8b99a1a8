import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Context, SQSEvent } from 'aws-lambda';
import type { handler } from '../../functions/deletion-guard/handler.ts';
import { configSchema } from '../../shared/config/config.ts';
import { configFileName } from '../../shared/config/guard-env.ts';
import { remedyNames } from '../../shared/remedies/remedy-names.ts';
import type { GuardName } from '../../shared/rules/define-rule.ts';
import { guardRole } from '../../test/support/records.ts';

const root = join(import.meta.dirname, '..', '..');

/** Ids of the messages that go back to the queue. */
export type Invoke = (
  messages: readonly { readonly id: string; readonly body: string }[],
) => Promise<readonly string[]>;

const remedies = Object.fromEntries(remedyNames.map((remedy) => [remedy, 'enforce']));
const queueUrl = (endpoint: string, name: string): string => `${endpoint}/111122223333/${name}`;

/** The environment that the handler and its SDK clients are made from. Logs and metrics are off: stdout is for figures. */
const environment = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: '111122223333',
  AWS_SECRET_ACCESS_KEY: 'test',
  TABLE_NAME: 'ledger',
  OUTBOX_URL: queueUrl(endpoint, 'outbox.fifo'),
  DEAD_LETTER_QUEUE_URL: queueUrl(endpoint, 'dead-letters'),
  GUARD_ROLE_ARNS: guardRole,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
});

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'burst',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:burst',
  memoryLimitInMB: '1024',
  awsRequestId: 'burst',
  logGroupName: 'burst',
  logStreamName: 'burst',
  getRemainingTimeInMillis: () => 60_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

const asEvent = (messages: Parameters<Invoke>[0]): SQSEvent => ({
  Records: messages.map(({ id, body }) => ({
    messageId: id,
    body,
    receiptHandle: id,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'events',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:inbox',
    awsRegion: 'eu-west-1',
  })),
});

/** Builds a guard as it is deployed, with its configuration beside it, and starts it cold. */
export const startGuard = async (guard: GuardName, folder: string, endpoint: string): Promise<Invoke> => {
  await promisify(execFile)(process.execPath, ['esbuild.config.mjs', guard, '--dist', folder], { cwd: root });
  const bundle = join(folder, 'functions', guard);
  const config = configSchema.parse({ modes: { remedies }, safety: { remediesPerHour: 10_000 } });
  await writeFile(join(bundle, configFileName), JSON.stringify(config));
  Object.assign(process.env, environment(endpoint));
  const built: { readonly handler: typeof handler } = await import(pathToFileURL(join(bundle, 'index.mjs')).href);
  return async (messages) => {
    const { batchItemFailures } = await built.handler(asEvent(messages), context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
};
