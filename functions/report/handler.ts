import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { dynamoApprovalBook } from '../../shared/adapters/dynamo-approval-book.ts';
import { dynamoFindings } from '../../shared/adapters/dynamo-findings.ts';
import { dynamoHeartbeats } from '../../shared/adapters/dynamo-heartbeats.ts';
import { dynamoSweeps } from '../../shared/adapters/dynamo-sweeps.ts';
import { dynamoWaivers } from '../../shared/adapters/dynamo-waivers.ts';
import { dynamoEntries } from '../../shared/adapters/entry-log.ts';
import { s3Evidence } from '../../shared/adapters/evidence-store.ts';
import { regionOf } from '../../shared/adapters/kms-reader.ts';
import { kmsSigner } from '../../shared/adapters/manifest-signer.ts';
import { sqsOutbox } from '../../shared/adapters/outbox.ts';
import { securityHub } from '../../shared/adapters/security-hub.ts';
import { s3Results } from '../../shared/adapters/sweep-results.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { reportEnvSchema } from '../../shared/config/report-env.ts';
import { outboxAlerter } from '../../shared/delivery/outbox-alerter.ts';
import { makeReport } from '../../shared/reports/make/make-report.ts';
import { reportSession } from '../../shared/responder.ts';
import { rules } from '../../shared/rules/index.ts';
import { bundledConfig, sweepHandler } from '../sweep-handler.ts';

const env = reportEnvSchema.parse(process.env);
const config = bundledConfig();
const { signingKeyArn, signingAlgorithm, securityHub: imports } = config.reports;
const { organization } = config;
const table = { client: new DynamoDBClient({ maxAttempts: 8 }), tableName: env.TABLE_NAME };
const s3 = new S3Client({ maxAttempts: 5 });
const responder =
  organization === null || !organization.importFindings
    ? null
    : { roleName: organization.responderRole, externalId: organization.externalId, sessionName: reportSession };

const signer =
  signingKeyArn === null
    ? null
    : kmsSigner(new KMSClient({ maxAttempts: 5, region: regionOf(signingKeyArn) }), {
        keyArn: signingKeyArn,
        algorithm: signingAlgorithm,
      });

const ports = {
  results: s3Results(s3, env.SWEEP_BUCKET_NAME),
  sweeps: dynamoSweeps(table),
  findings: dynamoFindings(table),
  entries: dynamoEntries(table),
  approvals: dynamoApprovalBook(table),
  waivers: dynamoWaivers(table),
  heartbeats: dynamoHeartbeats(table),
  evidence: s3Evidence(s3, env.BUCKET_NAME),
  signer,
  securityHub: imports ? securityHub({ account: env.ACCOUNT_ID, sts: new STSClient({}), responder }) : null,
  alerter: outboxAlerter(sqsOutbox(new SQSClient({ maxAttempts: 5 }), env.OUTBOX_URL), 'report', systemClock),
  clock: systemClock,
};

/** Makes one report, keeps it and tells people. */
export const handler = sweepHandler('report', async (event, context, log) => {
  const guards = env.GUARDS.split(',').filter((name) => name !== '');
  const region = context.invokedFunctionArn.split(':')[3] ?? '';
  const own = { account: env.ACCOUNT_ID, region };
  const { prefix, files, sweep, imported } = await makeReport(event, { config, rules, guards, own }, { ...ports, log });
  const made = {
    prefix,
    files: files.length,
    sweep,
    imported: imported?.imported ?? null,
    failed: imported?.failed ?? null,
  };
  log.info('made', made);
  return made;
});
