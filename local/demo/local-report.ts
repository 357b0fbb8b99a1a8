import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { dynamoApprovalBook } from '../../shared/adapters/dynamo-approval-book.ts';
import type { LedgerTable } from '../../shared/adapters/dynamo-ledger.ts';
import { configSchema } from '../../shared/config/config.ts';
import type { LedgerEntry } from '../../shared/ledger/entries.ts';
import { actionOf } from '../../shared/reports/action-of.ts';
import { aggregate } from '../../shared/reports/aggregate.ts';
import { inputFromSweep } from '../../shared/reports/from-sweep.ts';
import { renderHtml } from '../../shared/reports/html/page.ts';
import { approvalsIn } from '../../shared/reports/make/approvals-in.ts';
import { readSweep } from '../../shared/reports/read-sweep.ts';
import { reportRules } from '../../shared/reports/report-rules.ts';
import type { ReportAction } from '../../shared/reports/report-input.ts';
import { rules } from '../../shared/rules/index.ts';
import { cleanEnvironment } from '../environment.ts';
import { LocalError } from '../local-error.ts';
import type { LocalAws } from '../local-aws.ts';
import { clientSettings, root } from './guarded-aws.ts';

type Estate = { readonly aws: LocalAws; readonly tableName: string };

/** Sweeps the local estate, reads the ledger, and writes the report. Returns where it is, from here. Throws LocalError. */
export const writeLocalReport = async ({ aws, tableName }: Estate): Promise<string> => {
  const folder = join(root, '.local');
  const read = readSweep(await sweep(aws, join(folder, 'sweep.json')));
  if (read.kind === 'error') throw new LocalError(`the sweep of the local AWS: ${read.path}: ${read.message}`);
  const config = configSchema.parse(JSON.parse(await readFile(join(root, 'local', 'guard.config.json'), 'utf8')));
  const input = inputFromSweep(read.sweep, {
    generatedAt: read.sweep.finishedAt,
    title: 'The local AWS',
    accountNames: { [aws.account]: 'local' },
    rules: reportRules(rules, config),
    waivers: [],
  });
  const file = join(folder, 'report.html');
  const table = { client: new DynamoDBClient(clientSettings(aws)), tableName };
  const approvals = await approvalsIn(input.period, { approvals: dynamoApprovalBook(table) });
  await writeFile(file, renderHtml(aggregate({ ...input, approvals, actions: await actions(table) })));
  return relative(process.cwd(), file);
};

/** The command line itself, as anybody would run it here. Something flagged (1) and something not read (3) are no failures. */
const sweep = async ({ env, region }: LocalAws, file: string): Promise<string> => {
  const args = [join(root, 'cli', 'main.ts'), 'sweep', '--region', region, '--format', 'json', '--output', file];
  const options = { env: { ...cleanEnvironment(), ...env }, cwd: root };
  try {
    await promisify(execFile)(process.execPath, args, options);
  } catch (error) {
    const { code, stderr } = failureSchema.parse(error);
    if (code !== 1 && code !== 3) throw new LocalError(`the sweep of the local AWS failed: ${stderr.trim()}`);
  }
  return readFile(file, 'utf8');
};

const failureSchema = z.looseObject({
  code: z.optional(z.union([z.number(), z.string()])),
  stderr: z._default(z.string(), ''),
});

// The ledger's own document: written by the guard, so only its presence is checked.
const entrySchema = z.custom<LedgerEntry>(
  (value) => typeof value === 'object' && value !== null && 'decision' in value,
);

/** What the guard told and did. A table of a demonstration is small: a scan is all it needs. */
const actions = async ({ client, tableName }: LedgerTable): Promise<readonly ReportAction[]> => {
  const found: ReportAction[] = [];
  const scan = {
    TableName: tableName,
    FilterExpression: 'begins_with(sk, :entry)',
    ExpressionAttributeValues: { ':entry': { S: 'ENTRY#' } },
  };
  for await (const { Items = [] } of paginateScan({ client }, scan)) {
    const entries = Items.map((item) => entrySchema.parse(JSON.parse(item['doc']?.S ?? 'null')));
    found.push(...entries.map(actionOf).filter((action) => action !== null));
  }
  return found;
};
