import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoLedger } from '../../shared/adapters/dynamo-ledger.ts';
import { dynamoWaivers } from '../../shared/adapters/dynamo-waivers.ts';
import { sqsInbox } from '../../shared/adapters/sqs-inbox.ts';
import { awsEstate } from '../../shared/adapters/sweep-estate.ts';
import { s3Results } from '../../shared/adapters/sweep-results.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { sweepKeysEnvSchema } from '../../shared/config/sweep-env.ts';
import { accountOfArn, withResponders } from '../../shared/responder.ts';
import { rules } from '../../shared/rules/index.ts';
import { keysTaskSchema, runKeys } from '../../shared/sweep/keys-run.ts';
import type { SweepPlace } from '../../shared/sweep/result-store.ts';
import { memberAccess } from '../../shared/sweep/member-access.ts';
import { bundledConfig, sweepHandler } from '../sweep-handler.ts';

const env = sweepKeysEnvSchema.parse(process.env);
const config = bundledConfig();
const results = s3Results(new S3Client({ maxAttempts: 5 }), env.BUCKET_NAME);
const table = { client: new DynamoDBClient({ maxAttempts: 8 }), tableName: env.TABLE_NAME };
const ledger = dynamoLedger(table);
const waivers = dynamoWaivers(table);
const ownRoles = withResponders(
  env.GUARD_ROLE_ARNS.split(',').filter((arn) => arn !== ''),
  config.organization,
);
const { quotaShare: share } = config.sweep;
const member = memberAccess(config);
const listening = env.MEMBERS_BUS_ARN === '' ? {} : { membersBusArn: env.MEMBERS_BUS_ARN };
const clock = systemClock;
const { INBOX_URL, GUARDED_REGION, BRING_AFTER_SECONDS: afterSeconds } = env;
const ownAccount = accountOfArn(ownRoles[0] ?? '');
const isGuarded = ({ account, region }: SweepPlace): boolean =>
  GUARDED_REGION === '*' || (account === ownAccount && region === GUARDED_REGION);
const inbox = INBOX_URL === '' ? null : sqsInbox(new SQSClient({ maxAttempts: 5 }), INBOX_URL);
const bringing = inbox === null ? null : { inbox, isGuarded, afterSeconds };

/** Looks at the keys of one account and Region, until they are done or its time runs out. */
export const handler = sweepHandler('sweep-keys', async (event, context, log) => {
  const deadline = clock.now() + context.getRemainingTimeInMillis() - env.STOP_BEFORE_SECONDS * 1_000;
  const task = keysTaskSchema.parse(event);
  const added = await waivers.all();
  if (!added.known) log.error("the ledger's waivers do not count in this run", added.detail);
  const waived = { ...config, waivers: [...config.waivers, ...(added.known ? added.value : [])] };
  // Made anew for each run: its counts are the run's, and its sessions are fresh.
  const estate = awsEstate({ clock, ownRoles, quota: { share }, ...member, ...listening });
  const settings = { rules, config: waived, ownRoles };
  const run = { estate, ledger, results, clock, settings, quota: { share }, bringing, deadline };
  const done = await runKeys(run, task);
  log.info('looked', { account: done.account, region: done.region, run: task.run, done: done.done });
  return done;
});
