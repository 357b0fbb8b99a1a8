import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Log } from '../ports.ts';
import type { ReportSources } from '../reports/make/ports.ts';
import { dynamoApprovalBook } from './dynamo-approval-book.ts';
import { dynamoFindings } from './dynamo-findings.ts';
import { dynamoHeartbeats } from './dynamo-heartbeats.ts';
import { dynamoSweeps } from './dynamo-sweeps.ts';
import { dynamoWaivers } from './dynamo-waivers.ts';
import { dynamoEntries } from './entry-log.ts';
import { s3Evidence } from './evidence-store.ts';
import { asked, clientOf, NotReached, type StackPlace, stackOutputs } from './stack-outputs.ts';
import { s3Results } from './sweep-results.ts';

export type OpenedSources = {
  readonly sources: ReportSources;
  /** Where the guard itself lives. */
  readonly own: { readonly account: string; readonly region: string };
};

/** What a deployed guard knows, with the credentials at hand: reads alone. @throws NotReached */
export const reportSources = async (place: StackPlace, log: Log): Promise<OpenedSources> => {
  const outputs = await stackOutputs(place);
  const client = clientOf(place);
  const table = {
    client: new DynamoDBClient({ ...client, maxAttempts: 5 }),
    tableName: named(outputs, place, 'TableName'),
  };
  const s3 = new S3Client({ ...client, maxAttempts: 5, forcePathStyle: place.endpoint !== undefined });
  const reports = outputs.get('ReportBucketName');
  return {
    own: await ownPlace(place),
    sources: {
      results: s3Results(s3, named(outputs, place, 'SweepBucketName')),
      sweeps: dynamoSweeps(table),
      findings: dynamoFindings(table),
      entries: dynamoEntries(table),
      approvals: dynamoApprovalBook(table),
      waivers: dynamoWaivers(table),
      heartbeats: dynamoHeartbeats(table),
      // Where no report is scheduled none was made before: there is nothing to compare with.
      evidence: reports === undefined ? { get: async () => null, list: async () => [] } : s3Evidence(s3, reports),
      log,
    },
  };
};

const named = (outputs: ReadonlyMap<string, string>, { stack }: StackPlace, name: string): string => {
  const value = outputs.get(name);
  if (value !== undefined) return value;
  throw new NotReached(
    `the stack ${stack} has no output ${name}: name the stack of a guard whose sweep is switched on with --stack`,
  );
};

const ownPlace = async (place: StackPlace): Promise<OpenedSources['own']> => {
  const sts = new STSClient(clientOf(place));
  const { Account: account } = await asked('who you are', () => sts.send(new GetCallerIdentityCommand({})));
  if (account === undefined) throw new NotReached('STS does not tell which account this is');
  return { account, region: await sts.config.region() };
};
