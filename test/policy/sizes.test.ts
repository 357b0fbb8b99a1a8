import { describe, expect, it } from 'vitest';
import { outsiders } from '../../shared/policy/census.ts';
import { diffPolicies } from '../../shared/policy/index.ts';
import { Engine } from '../../shared/policy/search/engine.ts';
import {
  allow,
  analysisOf,
  delegation,
  FOREIGN,
  KEY_ARN,
  OWN,
  ownZone,
  type Part,
  policyOf,
} from '../support/policy-fixtures.ts';

/** Policies within KMS's size that once took minutes, or all the memory there is. */

const times = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const services = { Service: times(900, (i) => `s${i.toString(36)}.amazonaws.com`) };
const accounts = times(900, (i) => String(200_000_000_000 + i * 7919));
const from = (key: string, values: readonly string[], more: Part = {}): Part =>
  allow(services, 'kms:Decrypt', { Condition: { StringEquals: { [key]: values }, ...more } });

describe('services against sources', () => {
  it('are asked about once for all sources', () => {
    const policy = policyOf(from('aws:SourceAccount', accounts));
    const engine = new Engine({ policies: [policy], zone: ownZone, keyArn: KEY_ARN });
    expect(outsiders(engine, policy).filter(({ caller }) => caller.kind === 'service')).toHaveLength(900);
  });

  it.each<[string, Part, number]>([
    ['foreign accounts', from('aws:SourceAccount', accounts), 900],
    [
      'foreign accounts, the last alone by its resources',
      from('aws:SourceAccount', accounts, {
        ArnLike: { 'aws:SourceArn': `arn:aws:sns:*:${accounts.at(-1)}:*` },
      }),
      900,
    ],
    [
      'foreign accounts that are excluded again',
      from('aws:SourceAccount', accounts.slice(0, 300), {
        StringNotEquals: { 'aws:SourceAccount': accounts.slice(0, 300) },
      }),
      0,
    ],
    [
      'our own account',
      from('aws:SourceAccount', [OWN, ...accounts], { ArnLike: { 'aws:SourceArn': `arn:*:*:*:${OWN}:*` } }),
      0,
    ],
    [
      'few',
      allow({ Service: 's3.amazonaws.com' }, 'kms:Decrypt', {
        Condition: { StringEquals: { 'aws:SourceAccount': [OWN, FOREIGN] } },
      }),
      1,
    ],
  ])('%s', (_name, statement, wanted) => {
    const { access, complete, uncertified } = analysisOf([delegation, statement]);
    expect(new Set(access.filter(({ who }) => who === 'service').map((one) => one.principal)).size).toBe(wanted);
    expect([complete, uncertified]).toEqual([true, 0]);
  });

  it('are compared between two versions', () => {
    const [before, after] = [policyOf(delegation), policyOf(delegation, from('aws:SourceAccount', accounts))];
    expect(
      diffPolicies({ before, after }, ownZone, { keyArn: KEY_ARN }).gained.filter(({ who }) => who === 'service'),
    ).toHaveLength(900);
  });
});

describe('variables', () => {
  it.each([3, 24, 400])('%i of them, each of another tag', (count) => {
    const tags = times(count, (i) => [`aws:PrincipalTag/a${i}`, `\${aws:PrincipalTag/a${i + 1}}x*`] as const);
    const found = analysisOf([allow('*', 'kms:Decrypt', { Condition: { StringLike: Object.fromEntries(tags) } })]);
    expect([found.public, found.uncertified]).toEqual([true, 0]);
  });
});
