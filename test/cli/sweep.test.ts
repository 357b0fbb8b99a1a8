import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { reportOf } from '../../cli/report.ts';
import { sweepArgs } from '../../cli/sweep-args.ts';
import { sweepWith } from '../../cli/sweep.ts';
import { defaultConfig } from '../../shared/config/config.ts';
import { known, unknown } from '../../shared/facts/facts.ts';
import { readSweep } from '../../shared/reports/read-sweep.ts';
import type { Estate } from '../../shared/sweep/ports.ts';
import { memoryIo } from '../support/memory-io.ts';
import { memoryKey } from '../support/memory-key.ts';
import type { MemoryKey } from '../support/memory-kms.ts';
import { memoryRegion } from '../support/memory-region.ts';
import { rootPolicy } from '../support/policies.ts';
import { account, region } from '../support/records.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const partner = '444455556666';
const folder = mkdtempSync(join(tmpdir(), 'sweep-'));
afterAll(() => rmSync(folder, { recursive: true }));

const arn = (n: number, of = account, at = region): string =>
  `arn:aws:kms:${at}:${of}:key/0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
const unrotated = (some: Partial<MemoryKey> = {}): MemoryKey =>
  memoryKey({ policy: rootPolicy, rotation: { enabled: false, periodInDays: null, nextRotationDate: null }, ...some });

type Account = Readonly<Record<string, Readonly<Record<string, MemoryKey>>>>;
type World = {
  readonly accounts?: Readonly<Record<string, Account>>;
  readonly ownRegion?: string | null;
  readonly progress?: boolean;
  /** Counts who asks for an account. */
  readonly onAsk?: () => void;
};

/** Accounts and Regions in memory; `partner` and others let us in, and an account that is not there does not. */
const sweep = async (args: readonly string[], world: World = {}) => {
  const accounts = world.accounts ?? { [account]: { [region]: { [arn(0)]: unrotated() } } };
  const clock = virtualClock(Date.parse('2026-11-20T02:00:00Z'));
  const estate: Estate = {
    ownRegion: async () => (world.ownRegion === undefined ? region : world.ownRegion),
    ownAccount: async () => {
      world.onAsk?.();
      return known(account);
    },
    accounts: async () => known(Object.keys(accounts)),
    regions: async (of) =>
      accounts[of] === undefined
        ? unknown('access-denied', 'account:ListRegions is not permitted')
        : known(Object.keys(accounts[of])),
    open: async (place) => {
      const found = accounts[place.account];
      if (found === undefined) return unknown('access-denied', 'sts:AssumeRole is not permitted: no such role');
      return known(memoryRegion({ clock, keys: found[place.region] ?? {} }));
    },
  };
  const io = memoryIo({ readFile: (path) => readFile(path, 'utf8'), progress: world.progress ?? false });
  const status = await sweepWith(async () => ({ estate, clock })).run(args, io);
  return { status, out: io.out(), err: io.err() };
};

const config = (some: object): string => {
  const path = join(folder, 'guard.config.json');
  writeFileSync(path, JSON.stringify(some));
  return path;
};

describe('sweep', () => {
  test('prints one JSON object as the contract has it', async () => {
    const { status, out, err } = await sweep(['--json']);
    expect(status).toBe(1);
    expect(err).toBe('');
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({
      startedAt: '2026-11-20T02:00:00.000Z',
      keys: 1,
      apiCalls: {},
      regions: [{ account, region, keys: 1, state: 'complete', reason: null }],
      unreadable: [],
      findings: expect.arrayContaining([
        expect.objectContaining({
          rule: 'rotation-disabled',
          verdict: 'violation',
          severity: 'medium',
          account,
          region,
          keyArn: arn(0),
          aliases: ['alias/orders'],
          controls: expect.arrayContaining(['SecurityHub KMS.4']),
          firstSeen: '2026-11-20T02:00:00.000Z',
          waivedUntil: null,
        }),
      ]),
    });
  });

  test('--rule judges by these rules alone', async () => {
    const keys = { [arn(0)]: unrotated({ policy: rootPolicy.replace(/"AWS":"[^"]*"/, '"AWS":"*"') }) };
    const { out } = await sweep(['--json', '--rule', 'rotation-disabled', '--rule', 'policy-public'], {
      accounts: { [account]: { [region]: keys } },
    });
    expect(JSON.parse(out)).toMatchObject({ regions: [{ state: 'complete', lastUseDeferred: 0 }] });
    const { findings } = JSON.parse(out) as { findings: { rule: string }[] };
    expect(findings.map(({ rule }) => rule).sort()).toEqual(['policy-public', 'rotation-disabled']);
    expect(JSON.parse(out)).toMatchObject({ rules: ['policy-public', 'rotation-disabled'] });
    await expect(sweep(['--rule', 'deletion-attempted'])).rejects.toThrow(/no rule "deletion-attempted" that a sweep/);
  });

  test('a report of a sweep by some rules passes no control by the others, also where it is made of the JSON', async () => {
    const rotating = { accounts: { [account]: { [region]: { [arn(0)]: memoryKey({ policy: rootPolicy }) } } } };
    const narrow = ['--rule', 'key-without-alias'];
    const statusesOf = (csv: string) =>
      new Set([...csv.matchAll(/","(passed|failed|notAssessed)","/g)].map(([, status]) => status));
    const { out } = await sweep(['--format', 'controls-csv', ...narrow], rotating);
    expect(statusesOf(out)).toEqual(new Set(['notAssessed']));
    expect(out).toContain('The sweep did not ask the rule rotation-disabled.');
    expect(statusesOf((await sweep(['--format', 'controls-csv'], rotating)).out)).toContain('passed');
    const read = readSweep((await sweep(['--json', ...narrow], rotating)).out);
    if (read.kind === 'error') throw new Error(read.message);
    const { sweep: last, absent } = reportOf(read.sweep, { config: defaultConfig, title: 'KMS keys' });
    expect(last?.rules).toEqual(['key-without-alias']);
    expect(absent).toContainEqual({ part: 'Every other rule', why: 'the sweep asked no more than key-without-alias' });
  });

  test('exits with 0 where there is nothing to flag, and where all of it is waived', async () => {
    const nothing = { accounts: { [account]: { [region]: {} } } };
    expect((await sweep(['--json'], nothing)).status).toBe(0);
    const waiver = (rule: string) => ({
      rule,
      keys: ['*'],
      owner: 'sec',
      reason: 'known and accepted',
      expires: '2027-01-31',
    });
    const found = JSON.parse((await sweep(['--json'])).out) as { findings: { rule: string }[] };
    const waivers = found.findings.map(({ rule }) => waiver(rule));
    const { status, out } = await sweep(['--json', '--config', config({ waivers })]);
    expect(status).toBe(0);
    expect(out).toContain('"waivedUntil":"2027-01-31"');
  });

  test.each([
    ['holds', { stage: 'sandbox' }, 0],
    ['does not hold for another key', { stage: 'prod' }, 1],
  ])('a waiver by tag %s, also where no rule asks for tags', async (_, tags, expected) => {
    const waiver = { owner: 'sec', reason: 'known and accepted', expires: '2027-01-31' };
    const waivers = [{ rule: 'rotation-disabled', keys: ['tag:stage=sandbox'], ...waiver }];
    const world = { accounts: { [account]: { [region]: { [arn(0)]: unrotated({ tags }) } } } };
    const asked = ['--json', '--rule', 'rotation-disabled'];
    expect((await sweep([...asked, '--config', config({ waivers })], world)).status).toBe(expected);
  });

  test('an account that lets nobody in is unreadable; the rest is printed; the status is 3', async () => {
    const { status, out } = await sweep(['--json', '--account', account, '--account', partner]);
    expect(status).toBe(3);
    expect(JSON.parse(out)).toMatchObject({
      keys: 1,
      regions: [
        { account, state: 'complete' },
        {
          account: partner,
          region,
          keys: 0,
          state: 'unreadable',
          reason: 'sts:AssumeRole is not permitted: no such role',
        },
      ],
    });
  });

  test('--region all asks each account for its own Regions', async () => {
    const accounts = {
      [account]: { 'eu-west-1': { [arn(0)]: unrotated() }, 'af-south-1': {} },
      [partner]: { 'us-east-1': { [arn(1, partner, 'us-east-1')]: unrotated() } },
    };
    const { out } = await sweep(['--json', '--all-accounts', '--role', 'Audit', '--region', 'all'], { accounts });
    const { regions } = JSON.parse(out) as { regions: { account: string; region: string }[] };
    expect(regions.map((each) => `${each.account} ${each.region}`)).toEqual([
      `${account} af-south-1`,
      `${account} eu-west-1`,
      `${partner} us-east-1`,
    ]);
    const refused = await sweep(['--json', '--account', partner, '--region', 'all']);
    expect(refused.status).toBe(3);
    expect(JSON.parse(refused.out)).toMatchObject({
      regions: [{ account: partner, region: 'all', state: 'unreadable' }],
    });
  });

  test('a table for people: the worst first, then what could not be read', async () => {
    const keys = {
      [arn(0)]: unrotated(),
      [arn(1)]: unrotated({ policy: rootPolicy.replace(/"AWS":"[^"]*"/, '"AWS":"*"') }),
    };
    const { out } = await sweep(['--account', account, '--account', partner], {
      accounts: { [account]: { [region]: keys } },
    });
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^critical +policy-\S+ +alias\/orders +111122223333 eu-west-1 /);
    expect(out).toMatch(/^2 keys in 2 Regions: \d+ findings, 0 waived; \d+ calls, [\d.]+ s$/m);
    expect(out).toContain(`unreadable: ${partner} ${region}: sts:AssumeRole is not permitted`);
  });

  test('formulas in names are defused in CSV, and nothing breaks out of its cell', async () => {
    const names = ['=cmd|calc', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '＝1', 'a","=1', 'two\r\nlines'];
    const keys = Object.fromEntries(names.map((name, n) => [arn(n), unrotated({ aliases: [name] })]));
    const { out, err, status } = await sweep(['--format', 'csv', '--account', account, '--account', partner], {
      accounts: { [account]: { [region]: keys } },
    });
    const [head, ...lines] = out.trimEnd().split('\r\n');
    expect(head).toContain('"severity","rule"');
    const cells = lines.flatMap((line) => {
      expect(line).toMatch(/^"([^"]|"")*"(,"([^"]|"")*")*$/);
      return [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, text = '']) => text);
    });
    expect(cells.filter((text) => /^\s*[=+\-@＝＋－＠]/u.test(text))).toEqual([]);
    for (const name of ["'=cmd|calc", "'@SUM(A1)", "'＝1", 'a"",""=1']) expect(cells).toContain(name);
    expect(err).toContain(`kms-guard: unreadable: ${partner} ${region}: `);
    expect(status).toBe(3);
  });

  test('several formats at once, each to its own file', async () => {
    const [json, csv] = [join(folder, 'a.json'), join(folder, 'a.csv')];
    const { out } = await sweep([
      '--format',
      'json',
      '--output',
      json,
      '--format',
      'csv',
      '--output',
      csv,
      '--format',
      'table',
    ]);
    expect(out).toContain('1 key in 1 Region');
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ keys: 1 });
    expect(readFileSync(csv, 'utf8')).toContain(arn(0));
  });

  test('shows progress on stderr where a person sees it, and wipes it out', async () => {
    const { err, out } = await sweep(['--json'], { progress: true });
    expect(err).toMatch(/\[-+\] 0 of 1 Regions, 0 keys/);
    expect(err.endsWith('\r\u001b[K')).toBe(true);
    expect(() => void JSON.parse(out)).not.toThrow();
  });
});

describe('bad usage is one line that says what to do', () => {
  test.each([
    [['--account', '12'], /"12" is not a 12-digit account id/],
    [['--account', account, '--all-accounts', '--role', 'A'], /not both/],
    [['--all-accounts'], /needs --role/],
    [['--role', 'a b'], /not the name of a role/],
    [['--region', 'europe'], /"europe" is not a Region/],
    [['--region', 'all', '--region', 'eu-west-1'], /name no other/],
    [['--endpoint-url', 'localhost:4566'], /not an http\(s\) URL/],
    [['--format', 'pdf'], /no format "pdf": choose table, json, csv, html/],
    [['--format', 'xml'], /no format "xml"/],
    [['--output', 'x.csv'], /say the --format of --output x\.csv before it/],
    [['--format', 'csv', '--json'], /only one format can go to standard output/],
    [['--last-use-limit', 'many'], /takes a number/],
    [['keys'], /takes no "keys"/],
    [['--nonsense'], /--nonsense/],
  ])('%j', (args, message) => {
    expect(() => sweepArgs(args)).toThrow(UsageError);
    expect(() => sweepArgs(args)).toThrow(message);
  });

  test('where no Region is known', async () => {
    // Without one the SDK cannot even ask whose the credentials are, and says so in its own words.
    const world: World = { ownRegion: null, onAsk: () => expect.unreachable() };
    await expect(sweep([], world)).rejects.toThrow(/no Region is set: give --region R/);
    await expect(sweep(['--region', 'all'], world)).rejects.toThrow(/no Region is set .*: set AWS_REGION/);
  });

  test('where an --output cannot be written: before a key is looked at', async () => {
    const args = ['--format', 'csv', '--output', join(folder, 'no/such/keys.csv')];
    const looking = sweep(args, { onAsk: () => expect.unreachable() });
    await expect(looking).rejects.toThrow(/keys\.csv could not be written \(ENOENT/);
  });
});

test('an --output belongs to the --format before it', () => {
  const { outputs } = sweepArgs([
    '--format',
    'table',
    '--format=csv',
    '--output',
    'a.csv',
    '--region',
    'ap-southeast-2',
  ]);
  expect(outputs).toEqual([
    { format: 'table', file: null },
    { format: 'csv', file: 'a.csv' },
  ]);
  expect(sweepArgs([]).outputs).toEqual([{ format: 'table', file: null }]);
  expect(sweepArgs(['--region', 'us-gov-west-1']).regions).toEqual(['us-gov-west-1']);
});
