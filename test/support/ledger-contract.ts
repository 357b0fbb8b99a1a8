import { expect, test } from 'vitest';
import type { Finding, Intent, LedgerEntry } from '../../shared/ledger/entries.ts';
import { policyHash } from '../../shared/policy-text.ts';
import type { Ledger } from '../../shared/ports.ts';
import type { RemedyBudget } from '../../shared/remedies/remedy-names.ts';
import { account, callOf, keyArn, record, region } from './records.ts';

export type FindingSeen = { readonly status: string; readonly firstSeen: string; readonly message: string };

/** A ledger under test, with a look behind the port: findings are written by it, and read by reports. */
export type LedgerUnderTest = {
  readonly ledger: Ledger;
  readonly finding: (of: Pick<Finding, 'account' | 'region' | 'id'>) => Promise<FindingSeen | null>;
};

const guard = 'policy-guard';
const start = Date.parse('2026-11-20T09:15:00Z');
const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

const intent: Intent = {
  verdicts: [],
  decision: { action: 'alert', remedy: null, wouldRemedy: null, severity: 'high', reasons: [{ id: 'compliant' }] },
};

/** What every ledger must do, whatever it stands on. `make` gives one that nothing was written to. */
export const ledgerContract = (make: () => Promise<LedgerUnderTest>): void => {
  claims(make);
  settling(make);
  learning(make);
  breaker(make);
  policies(make);
  restores(make);
};

type Make = () => Promise<LedgerUnderTest>;

const claimOf = (ledger: Ledger, eventID: string, seconds: number) =>
  ledger.claim({ guard, eventID, now: start + seconds * 1000, leaseInSeconds: 60 });

const entryOf = (eventID: string, some: Partial<LedgerEntry> = {}): LedgerEntry => {
  const { eventName, eventTime, actor, failure, keyId } = callOf(record({ eventName: 'PutKeyPolicy', eventID }));
  const call = { eventName, eventTime, account, region, keyArn, keyId, actor, failure };
  return { guard, eventID, at: iso(0), call, ...intent, outcomes: [], findings: [], resolved: [], ...some };
};

const findingOf = (id: string, seconds: number, some: Partial<Finding> = {}): Finding => ({
  id,
  rule: 'policy-public',
  verdict: 'violation',
  severity: 'critical',
  account,
  region,
  keyArn,
  message: 'open',
  data: {},
  status: 'open',
  at: iso(seconds),
  ...some,
});

const claims = (make: Make): void => {
  test('an event is claimed once; while its lease lives it is busy', async () => {
    const { ledger } = await make();
    expect(await claimOf(ledger, 'e1', 0)).toEqual({ claim: 'claimed', attempt: 1, intent: null });
    expect(await claimOf(ledger, 'e1', 60)).toEqual({ claim: 'busy' });
    expect(await claimOf(ledger, 'e2', 0)).toMatchObject({ claim: 'claimed' });
    expect(
      await ledger.claim({ guard: 'deletion-guard', eventID: 'e1', now: start, leaseInSeconds: 60 }),
    ).toMatchObject({
      claim: 'claimed',
    });
  });

  test('a crashed attempt is retaken with its intent', async () => {
    const { ledger } = await make();
    await claimOf(ledger, 'e1', 0);
    const version = { policy: '{}', at: iso(0), source: 'e0', good: true };
    const saved: Intent = { ...intent, policy: { inForce: '{"Id":"é"}', versions: [version] } };
    await ledger.saveIntent({ guard, eventID: 'e1', intent: saved });
    expect(await claimOf(ledger, 'e1', 61)).toEqual({ claim: 'claimed', attempt: 2, intent: saved });
  });

  test('of many attempts at once one wins', async () => {
    const { ledger } = await make();
    const answers = await Promise.all(Array.from({ length: 8 }, () => claimOf(ledger, 'e1', 0)));
    expect(answers.filter(({ claim }) => claim === 'claimed')).toHaveLength(1);
    expect(answers.filter(({ claim }) => claim === 'busy')).toHaveLength(7);
  });
};

const settling = (make: Make): void => {
  test('what a sweep brought settles the claim of that sweep, not that of the event', async () => {
    const { ledger } = await make();
    await claimOf(ledger, 'e1@n1', 0);
    await ledger.settle(entryOf('e1', { broughtBy: 'n1' }));
    expect(await claimOf(ledger, 'e1@n1', 61)).toEqual({ claim: 'duplicate' });
    expect(await claimOf(ledger, 'e1@n2', 61)).toMatchObject({ claim: 'claimed' });
    expect(await claimOf(ledger, 'e1', 61)).toMatchObject({ claim: 'claimed' });
  });

  test('a settled event is a duplicate for ever', async () => {
    const { ledger } = await make();
    await claimOf(ledger, 'e1', 0);
    await ledger.settle(entryOf('e1'));
    expect(await claimOf(ledger, 'e1', 100_000)).toEqual({ claim: 'duplicate' });
  });

  test('a body that could not be read is settled too', async () => {
    const { ledger } = await make();
    await claimOf(ledger, 'hash', 0);
    await ledger.settleUnreadable({ guard, eventID: 'hash', reason: 'not JSON', excerpt: 'x', at: iso(0) });
    expect(await claimOf(ledger, 'hash', 61)).toEqual({ claim: 'duplicate' });
  });

  test('a finding keeps the day it was first seen, and shows what was seen last', async () => {
    const { ledger, finding } = await make();
    await ledger.settle(entryOf('e1', { findings: [findingOf('f1', 0)] }));
    await ledger.settle(entryOf('e2', { findings: [findingOf('f1', 9, { message: 'wider open' })] }));
    expect(await finding({ account, region, id: 'f1' })).toEqual({
      status: 'open',
      firstSeen: iso(0),
      message: 'wider open',
    });
  });

  test('an open finding is resolved; a waived one, and one that never was, are not', async () => {
    const { ledger, finding } = await make();
    const findings = [findingOf('open', 0), findingOf('waived', 0, { status: 'waived' })];
    await ledger.settle(entryOf('e1', { findings }));
    await ledger.settle(entryOf('e2', { resolved: ['open', 'waived', 'never'] }));
    expect(await finding({ account, region, id: 'open' })).toMatchObject({ status: 'resolved', firstSeen: iso(0) });
    expect(await finding({ account, region, id: 'waived' })).toMatchObject({ status: 'waived' });
    expect(await finding({ account, region, id: 'never' })).toBeNull();
  });
};

const learning = (make: Make): void => {
  test('a key is unknown, then known by what was learned, in whatever order', async () => {
    const { ledger } = await make();
    expect(await ledger.key(keyArn)).toBeNull();
    const change = (state: 'Enabled' | 'Disabled', seconds: number) =>
      ({ kind: 'state', keyArn, change: { state, at: iso(seconds), actorArn: null, source: `e${seconds}` } }) as const;
    await ledger.learn(change('Disabled', 20));
    await ledger.learn(change('Enabled', 10));
    await ledger.learn(change('Enabled', 10));
    await ledger.learn({ kind: 'rotation', keyArn, enabled: true, periodInDays: 180, at: iso(5), source: 'e5' });
    expect(await ledger.key(keyArn)).toEqual({
      keyArn,
      stateChanges: [change('Disabled', 20).change, change('Enabled', 10).change],
      rotation: { enabled: true, periodInDays: 180, at: iso(5) },
    });
  });
};

const breaker = (make: Make): void => {
  test('so many remedies an hour and account; the same event again costs nothing and hears the same', async () => {
    const { ledger } = await make();
    const take = (eventID: string, seconds = 0, of = account, budget: RemedyBudget = 'others') =>
      ledger.takeRemedySlot({ account: of, budget, eventID, now: start + seconds * 1000, limitPerHour: 2 });
    expect(await take('e1')).toEqual({ granted: true });
    expect(await take('e2')).toEqual({ granted: true });
    expect(await take('e1')).toEqual({ granted: true });
    expect(await take('e3')).toEqual({ granted: false, first: true });
    expect(await take('e4')).toEqual({ granted: false, first: false });
    expect(await take('e3')).toEqual({ granted: false, first: true });
    expect(await take('e3', 0, '444455556666')).toEqual({ granted: true });
    expect(await take('e5', 3600)).toEqual({ granted: true });
  });

  test('each budget is counted by itself, by the same number', async () => {
    const { ledger } = await make();
    const take = (budget: RemedyBudget, eventID: string) =>
      ledger.takeRemedySlot({ account, budget, eventID, now: start, limitPerHour: 2 });
    for (const eventID of ['e1', 'e2']) expect(await take('others', eventID)).toEqual({ granted: true });
    expect(await take('others', 'e3')).toEqual({ granted: false, first: true });
    for (const eventID of ['e4', 'e5', 'e4']) expect(await take('rescues', eventID)).toEqual({ granted: true });
    expect(await take('rescues', 'e6')).toEqual({ granted: false, first: true });
    expect(await take('rescues', 'e7')).toEqual({ granted: false, first: false });
    // A slot of the one is none of the other.
    expect(await take('rescues', 'e1')).toEqual({ granted: false, first: false });
    expect(await take('others', 'e4')).toEqual({ granted: false, first: false });
  });
};

const versionOf = (
  n: number,
  some: { readonly good?: boolean; readonly source?: string; readonly at?: string } = {},
) => ({
  policy: JSON.stringify({ Version: '2012-10-17', Id: `policy ${n}`, Statement: [] }),
  at: some.at ?? iso(n),
  source: some.source ?? `e${n}`,
  good: some.good ?? false,
});

const policies = (make: Make): void => {
  test('policies are listed newest first, in whatever order they were learned', async () => {
    const { ledger } = await make();
    expect(await ledger.policies(keyArn)).toEqual([]);
    for (const n of [2, 1, 3]) await ledger.learnPolicy({ keyArn, version: versionOf(n) });
    expect(await ledger.policies(keyArn)).toEqual([versionOf(3), versionOf(2), versionOf(1)]);
    expect(await ledger.policies(`${keyArn}0`)).toEqual([]);
  });

  test('the same text adds nothing, but may turn good, and never bad again', async () => {
    const { ledger } = await make();
    const learn = (policy: string, seconds: number, good: boolean) =>
      ledger.learnPolicy({ keyArn, version: { policy, at: iso(seconds), source: `e${seconds}`, good } });
    const text = '{"Statement":[{"Effect":"Allow","Action":["kms:A","kms:B"]}],"Version":"2012-10-17"}';
    const respelled = '{ "Version": "2012-10-17", "Statement": {"Action": ["KMS:b", "kms:a"], "Effect": "Allow"} }';
    await learn(text, 1, false);
    await learn(respelled, 2, true);
    await learn(text, 3, false);
    expect(await ledger.policies(keyArn)).toEqual([{ policy: text, at: iso(1), source: 'e1', good: true }]);
    await ledger.learnPolicy({ keyArn, version: versionOf(4) });
    await learn(text, 5, true);
    expect((await ledger.policies(keyArn)).map(({ source }) => source)).toEqual(['e5', 'e4', 'e1']);
  });

  test('one event teaches a text once, however often it is taken up', async () => {
    const { ledger } = await make();
    const retaken = [versionOf(1, { source: 'e9' }), versionOf(2, { source: 'e9', good: true })];
    for (const version of [...retaken, ...retaken.map((each) => ({ ...each, at: iso(60) }))]) {
      await ledger.learnPolicy({ keyArn, version });
    }
    expect(await ledger.policies(keyArn)).toEqual(retaken.toReversed());
  });

  test('the last five good ones and the last five others stay, whoever floods the ledger', async () => {
    const { ledger } = await make();
    const good = Array.from({ length: 7 }, (_, n) => versionOf(n, { good: true }));
    const bad = Array.from({ length: 12 }, (_, n) => versionOf(n + 10));
    for (const version of [...good, ...bad]) await ledger.learnPolicy({ keyArn, version });
    expect(await ledger.policies(keyArn)).toEqual([...bad.slice(-5).toReversed(), ...good.slice(-5).toReversed()]);
  });

  test('the largest policies that KMS takes fit, ten of them', async () => {
    const { ledger } = await make();
    const large = (n: number) => ({
      ...versionOf(n, { good: n % 2 === 0 }),
      policy: `{"Id":"${n}${'é'.repeat(32_700)}"}`,
    });
    for (let n = 0; n < 12; n += 1) await ledger.learnPolicy({ keyArn, version: large(n) });
    const known = await ledger.policies(keyArn);
    expect(known).toHaveLength(10);
    expect(known[0]).toEqual(large(11));
  });

  test('learned at the same moment by many, none is lost', async () => {
    const { ledger } = await make();
    await Promise.all([1, 2, 3, 4].map((n) => ledger.learnPolicy({ keyArn, version: versionOf(n) })));
    expect(await ledger.policies(keyArn)).toEqual([4, 3, 2, 1].map((n) => versionOf(n)));
  });
};

const restores = (make: Make): void => {
  test('a policy is put back once for a key and text, and again only by the same event', async () => {
    const { ledger } = await make();
    const claim = (eventID: string, text = '{}', key = keyArn) =>
      ledger.claimRestore({ keyArn: key, policyHash: policyHash(text), eventID, now: start });
    expect(await claim('e1')).toBe(true);
    expect(await claim('e1')).toBe(true);
    expect(await claim('e2')).toBe(false);
    expect(await claim('e2', '{"Id":"other"}')).toBe(true);
    expect(await claim('e2', '{}', `${keyArn}0`)).toBe(true);
    expect(await claim('e1')).toBe(true);
  });
};
