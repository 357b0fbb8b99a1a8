import { defaultConfig } from '../../shared/config/config.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { asReported } from '../../shared/reports/from-sweep.ts';
import type { ReportFinding, ReportInput, ReportSweep, TrendPoint } from '../../shared/reports/report-input.ts';
import { reportRules } from '../../shared/reports/report-rules.ts';
import type { Severity, VerdictData } from '../../shared/rules/define-rule.ts';
import { explain } from '../../shared/rules/explain.ts';
import { ruleById, rules } from '../../shared/rules/index.ts';
import type { KeyRow } from '../../shared/sweep/key-row.ts';
import { sampleActions, sampleApprovals, sampleWaivers } from './report-sample-deeds.ts';

/** An estate as a report sees it: invented, plausible, and the same at every run. */

export const sampleNow = Date.parse('2026-11-22T02:41:07.000Z');
const day = 86_400_000;
export const daysBefore = (days: number): string => new Date(sampleNow - days * day).toISOString();

export const sampleAccounts: Readonly<Record<string, string>> = {
  '111122223333': 'payments-prod',
  '222233334444': 'payments-staging',
  '333344445555': 'data-lake',
  '444455556666': 'identity-prod',
  '555566667777': 'sandbox',
  '666677778888': 'security-tooling',
};
const regions = ['eu-west-1', 'eu-central-1', 'us-east-1', 'ap-southeast-2'];
const words = [
  'orders',
  'invoices',
  'ledger',
  'audit-log',
  'sessions',
  'exports',
  'backups',
  'cards',
  'claims',
  'media',
];

/** A stream of numbers in [0, 1), the same for the same seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const pick = <Item>(random: () => number, items: readonly [Item, ...Item[]] | readonly Item[], fallback: Item): Item =>
  items[Math.floor(random() * items.length)] ?? fallback;

const hex = (random: () => number, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

const stateOf = (random: () => number): KeyRow['state'] => {
  const draw = random();
  if (draw < 0.9) return 'Enabled';
  if (draw < 0.965) return 'Disabled';
  if (draw < 0.975) return 'PendingDeletion';
  return draw < 0.978 ? 'PendingImport' : draw < 0.982 ? null : 'Enabled';
};

const rotationOf = (random: () => number, keySpec: string): KeyRow['rotation'] => {
  if (keySpec !== 'SYMMETRIC_DEFAULT') return 'unsupported';
  const draw = random();
  if (draw < 0.86) return 'on';
  return draw < 0.985 ? 'off' : null;
};

const lastUseOf = (random: () => number): KeyRow['lastUse'] => {
  const draw = random();
  if (draw < 0.08) return { use: 'never', since: daysBefore(40 + Math.floor(random() * 400)) };
  if (draw < 0.18) return { use: 'unknown', trackedSince: '2026-04-23T00:00:00.000Z' };
  if (draw < 0.2) return null;
  const operation = pick(random, ['Decrypt', 'GenerateDataKey', 'Encrypt', 'Sign'], 'Decrypt');
  return { use: 'used', at: daysBefore(Math.floor(random() ** 3 * 210)), operation };
};

/** As a sweep tells it: how often a key rotated is not known, and what is to be deleted is not billed. */
const costOf = (state: KeyRow['state'], rotation: KeyRow['rotation']): number | null => {
  if (state === null) return null;
  if (state === 'PendingDeletion') return 0;
  return rotation === 'unsupported' ? 1 : null;
};

const keyRow = (random: () => number, index: number): KeyRow => {
  const account = pick(random, Object.keys(sampleAccounts), '111122223333');
  const region = pick(random, regions, 'eu-west-1');
  const keyId = `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
  const keySpec =
    random() < 0.88 ? 'SYMMETRIC_DEFAULT' : pick(random, ['RSA_3072', 'ECC_NIST_P256', 'HMAC_256'], 'RSA_3072');
  const state = stateOf(random);
  const name = `alias/${pick(random, words, 'orders')}-${index}`;
  const rotation = rotationOf(random, keySpec);
  return {
    keyArn: `arn:aws:kms:${region}:${account}:key/${keyId}`,
    account,
    region,
    aliases: random() < 0.93 ? [name] : random() < 0.5 ? [] : null,
    state,
    keySpec,
    keyUsage:
      keySpec === 'SYMMETRIC_DEFAULT'
        ? 'ENCRYPT_DECRYPT'
        : keySpec === 'HMAC_256'
          ? 'GENERATE_VERIFY_MAC'
          : 'SIGN_VERIFY',
    origin: state === 'PendingImport' ? 'EXTERNAL' : 'AWS_KMS',
    multiRegion: random() < 0.94 ? 'none' : 'PRIMARY',
    created: daysBefore(200 + Math.floor(random() * 1_900)),
    deletionDate:
      state === 'PendingDeletion' ? new Date(sampleNow + (1 + Math.floor(random() * 29)) * day).toISOString() : null,
    rotation,
    rotationPeriodInDays: rotation === 'on' ? 365 : null,
    lastUse: lastUseOf(random),
    tags: { team: pick(random, words, 'orders'), env: random() < 0.6 ? 'prod' : 'staging' },
    monthlyCostInUsd: costOf(state, rotation),
  };
};

export const sampleKeys = (count: number): readonly KeyRow[] => {
  const random = randomFrom(7);
  return Array.from({ length: count }, (_, index) => keyRow(random, index));
};

type Found = {
  readonly rule: string;
  readonly message: string;
  readonly data: VerdictData;
  readonly undetermined?: boolean;
};

const strangers = {
  id: 'access',
  subject: 'anyone with an AWS account',
  actions: 'kms:Decrypt, kms:GenerateDataKey',
  statements: '"AllowUse"',
  witness: 'arn:aws:iam::999988887777:role/any calls kms:Decrypt',
};
const partner = {
  ...strangers,
  subject: 'arn:aws:iam::999988887777:root',
  actions: 'kms:Decrypt',
  statements: '"Partner"',
  witness: 'arn:aws:iam::999988887777:role/partner calls kms:Decrypt',
};

const foundAbout = (row: KeyRow, random: () => number): readonly Found[] => {
  const cost = { usdFrom: row.monthlyCostInUsd ?? 1, usdTo: 3, cost: '1 to 3 USD' };
  const policy = random();
  return [
    ...(row.state === 'PendingDeletion' &&
    row.lastUse?.use === 'used' &&
    Date.parse(row.lastUse.at) > sampleNow - 90 * day
      ? [
          {
            rule: 'deletion-scheduled',
            message: 'pending',
            data: {
              reasons: [
                {
                  id: 'usedRecently',
                  days: Math.floor((sampleNow - Date.parse(row.lastUse.at)) / day),
                  unusedForDays: 90,
                  at: row.lastUse.at,
                  operation: row.lastUse.operation,
                },
              ],
              deletionDate: row.deletionDate,
            },
          },
        ]
      : []),
    ...(row.rotation === 'off' && row.state === 'Enabled'
      ? [{ rule: 'rotation-disabled', message: 'off', data: { of: row.keyArn } }]
      : []),
    ...(row.rotation === null
      ? [
          {
            rule: 'rotation-disabled',
            message: 'unreadable',
            data: { fact: 'rotation', reason: 'access-denied', detail: 'kms:GetKeyRotationStatus is not permitted' },
            undetermined: true,
          },
        ]
      : []),
    ...(row.lastUse?.use === 'never'
      ? [
          {
            rule: 'key-unused',
            message: 'neverUsed',
            data: { ...cost, days: 140, unusedForDays: 90, since: row.lastUse.since },
          },
        ]
      : []),
    ...(row.lastUse?.use === 'unknown'
      ? [
          {
            rule: 'key-unused',
            message: 'quietSinceTracking',
            data: { ...cost, days: 213, trackedSince: row.lastUse.trackedSince },
            undetermined: true,
          },
        ]
      : []),
    ...(row.aliases?.length === 0 ? [{ rule: 'key-without-alias', message: 'none', data: {} }] : []),
    ...(row.state === 'PendingImport'
      ? [{ rule: 'imported-material-removed', message: 'removed', data: { at: daysBefore(9), operation: 'Decrypt' } }]
      : []),
    ...(policy < 0.0015 ? [{ rule: 'policy-public', message: 'open', data: { reasons: [strangers] } }] : []),
    ...(policy > 0.99 ? [{ rule: 'policy-cross-account', message: 'open', data: { reasons: [partner] } }] : []),
  ];
};

const finding = (
  row: KeyRow,
  { rule: id, message, data, undetermined }: Found,
  random: () => number,
): ReportFinding => {
  const rule = ruleById(id);
  const waivedUntil = random() < 0.05 ? '2027-03-31' : null;
  const age = Math.floor(random() * 60);
  const { keyArn, account, region } = row;
  const reported = asReported({
    id: findingId(id, { keyArn, account, region, keyId: null }),
    rule: id,
    verdict: undetermined === true ? 'undetermined' : 'violation',
    severity: rule?.severity ?? 'low',
    account,
    region,
    keyArn,
    aliases: row.aliases ?? [],
    message: explain(rule?.messages ?? {}, message, data),
    messageId: message,
    data,
    controls: rule?.controls ?? [],
    remediation: rule?.remediation ?? '',
    firstSeen: daysBefore(age),
    waivedUntil,
  });
  const resolved = waivedUntil === null && random() < 0.06;
  return {
    ...reported,
    status: resolved ? 'resolved' : reported.status,
    resolvedAt: resolved ? daysBefore(1) : null,
    history: [
      { change: 'opened', at: daysBefore(age) },
      ...(resolved ? [{ change: 'resolved' as const, at: daysBefore(1) }] : []),
    ],
  };
};

export const sampleFindings = (rows: readonly KeyRow[]): readonly ReportFinding[] => {
  const random = randomFrom(11);
  return rows.flatMap((row) => foundAbout(row, random).map((found) => finding(row, found, random)));
};

const sampleSweep = (rows: readonly KeyRow[]): ReportSweep => ({
  startedAt: '2026-11-22T02:00:00.000Z',
  finishedAt: new Date(sampleNow).toISOString(),
  keys: rows.length,
  apiCalls: { DescribeKey: rows.length, GetKeyLastUsage: Math.floor(rows.length / 9), ListKeys: 24 },
  regions: Object.keys(sampleAccounts).flatMap((account, at) =>
    regions.map((region, place) => ({
      account,
      region,
      keys: rows.filter((row) => row.account === account && row.region === region).length,
      awsManagedKeys: 6,
      unreadableKeys: 0,
      lastUseDeferred: at === 2 && place === 0 ? 18 : 0,
      state:
        at === 4 && place === 3
          ? ('unreadable' as const)
          : at === 2 && place === 1
            ? ('partial' as const)
            : ('complete' as const),
      reason:
        at === 4 && place === 3
          ? 'sts:AssumeRole is not permitted for the role kms-guard-sweep'
          : at === 2 && place === 1
            ? 'kms:GetKeyPolicy is not permitted for 2 keys'
            : null,
    })),
  ),
  unreadable: rows.slice(40, 42).map(({ account, region, keyArn }) => ({
    account,
    region,
    keyArn,
    lacks: [
      {
        permission: 'kms:GetKeyPolicy',
        reason: 'kms:GetKeyPolicy is not permitted: the key policy names no account root',
      },
    ],
  })),
});

/** Eight weekly reports before this one; in the week of the fifth no sweep ended. */
const sampleTrend = (rows: readonly KeyRow[], open: Readonly<Record<Severity, number>>): readonly TrendPoint[] =>
  Array.from({ length: 8 }, (_, at): TrendPoint => {
    const weeks = 8 - at;
    const time = daysBefore(weeks * 7);
    if (weeks === 4) return { at: time, sweep: 'missing', open: null, undetermined: null, rotation: null, keys: null };
    const grown = (count: number, by: number): number => Math.round(count * (1 + weeks * by));
    return {
      at: time,
      sweep: weeks === 6 ? 'partial' : 'complete',
      open: {
        critical: grown(open.critical, weeks % 3 === 0 ? 0.3 : 0.1),
        high: grown(open.high, 0.12),
        medium: grown(open.medium, 0.09),
        low: grown(open.low, 0.03),
        info: open.info,
      },
      undetermined: 40,
      rotation: { eligible: rows.length, on: Math.round(rows.length * (0.858 - weeks * 0.016)) },
      keys: Math.round(rows.length * (1 - weeks * 0.008)),
    };
  });

/** A weekly report about so many keys, with about one finding for three of them. */
export const reportSample = (count: number): ReportInput => {
  const keyRows = sampleKeys(count);
  const findings = sampleFindings(keyRows);
  const open = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { status, verdict, severity } of findings)
    if (status === 'open' && verdict === 'violation') open[severity] += 1;
  const known = findings.filter((_, at) => at % 9 !== 0).map(({ id }) => id);
  return {
    generatedAt: '2026-11-22T06:00:00.000Z',
    title: 'Example Organization',
    period: { kind: 'weekly', from: '2026-11-15T00:00:00.000Z', to: '2026-11-22T00:00:00.000Z' },
    accountNames: sampleAccounts,
    sweep: sampleSweep(keyRows),
    keyRows,
    findings,
    actions: sampleActions(keyRows),
    approvals: sampleApprovals(keyRows),
    waivers: sampleWaivers(keyRows),
    trend: sampleTrend(keyRows, open),
    previous: {
      at: daysBefore(7),
      openFindings: known,
      earlierFindings: findings.filter((_, at) => at % 27 === 0).map(({ id }) => id),
    },
    heartbeatGaps: [{ from: '2026-11-18T03:00:00.000Z', to: '2026-11-18T05:00:00.000Z' }],
    rules: reportRules(rules, defaultConfig),
  };
};
