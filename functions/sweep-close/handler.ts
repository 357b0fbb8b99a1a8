import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoFindings } from '../../shared/adapters/dynamo-findings.ts';
import { dynamoWaivers } from '../../shared/adapters/dynamo-waivers.ts';
import { dynamoSweeps } from '../../shared/adapters/dynamo-sweeps.ts';
import { sqsOutbox } from '../../shared/adapters/outbox.ts';
import { slackChannels } from '../../shared/delivery/destination.ts';
import { outboxAlerter } from '../../shared/delivery/outbox-alerter.ts';
import { progressThrough } from '../../shared/delivery/progress.ts';
import { s3Results } from '../../shared/adapters/sweep-results.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { sweepCloseEnvSchema } from '../../shared/config/sweep-env.ts';
import { isEnabled, type Rule } from '../../shared/rules/define-rule.ts';
import { rules } from '../../shared/rules/index.ts';
import { closeStep } from '../../shared/sweep/close-step.ts';
import { tellWaivers } from '../../shared/tell-waivers.ts';
import { bundledConfig, sweepHandler } from '../sweep-handler.ts';

const env = sweepCloseEnvSchema.parse(process.env);
const results = s3Results(new S3Client({ maxAttempts: 5 }), env.BUCKET_NAME);
const table = { client: new DynamoDBClient({ maxAttempts: 8 }), tableName: env.TABLE_NAME };
const config = bundledConfig();
const waivers = dynamoWaivers(table);
const ruleById = (id: string): Rule | undefined => rules.find((rule) => rule.id === id);
const outbox = sqsOutbox(new SQSClient({ maxAttempts: 5 }), env.OUTBOX_URL);
const ports = {
  results,
  progress: slackChannels(config.alerts).length === 0 ? null : progressThrough(outbox),
  ruleById,
  isOff: (id: string) => {
    const rule = ruleById(id);
    return rule !== undefined && !isEnabled(rule, config);
  },
  findings: dynamoFindings(table),
  sweeps: dynamoSweeps(table),
  alerter: outboxAlerter(outbox, 'sweep', systemClock),
  clock: systemClock,
};

/** Settles one Region, or sums up the whole sweep. */
export const handler = sweepHandler('sweep-close', async (event, _context, log) => {
  const closed = await closeStep(event, ports);
  if (closed.step === 'sweep') await tellWaivers({ ...ports, config, waivers, log });
  if (closed.step === 'sweep') log.metric('sweepCoverage', closed.coverage);
  log.info('closed', closed);
  return closed;
});
