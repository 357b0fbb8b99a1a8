import { describe, expect, it } from 'vitest';
import { analyze, type PolicyAnalysis } from '../../shared/policy/analyze.ts';
import { diffPolicies } from '../../shared/policy/diff.ts';
import type { KeyPolicy } from '../../shared/policy/document.ts';
import { parsePolicy, type PolicyParse } from '../../shared/policy/parse.ts';
import { trust, zoneOf } from '../../shared/policy/zone.ts';
import catalogue from './catalogue.json' with { type: 'json' };

type Expectation = {
  readonly public?: boolean;
  readonly x?: boolean;
  readonly svc?: boolean;
  readonly cond?: boolean;
  readonly validation?: string;
  readonly manage?: string;
  readonly gained?: boolean;
  readonly lost?: boolean;
  readonly gains?: readonly string[];
  readonly sod?: readonly string[];
  readonly actionsNot?: readonly string[];
  readonly escalates?: boolean;
};

const { keyArn } = catalogue;
const own = zoneOf(catalogue.zone.account, catalogue.zone.org);
const zone = catalogue.zone.trusted.reduce((all, account) => trust(all, account) ?? all, own);

const read = (document: unknown): PolicyParse => parsePolicy(JSON.stringify(document));
const readable = (document: unknown): KeyPolicy => {
  const parsed = read(document);
  if (parsed.policy === null) throw new Error(`case cannot be read: ${parsed.kind}`);
  return parsed.policy;
};

const outside = (analysis: PolicyAnalysis): readonly string[] =>
  analysis.access
    .filter((one) => ['public', 'external', 'conditional'].includes(one.who))
    .flatMap((one) => one.actions);

const hasRule = (analysis: PolicyAnalysis, rule: string): boolean => analysis.findings.some((one) => one.rule === rule);

describe.each(catalogue.cases)('case $n: $gist', ({ policy, expect: wanted, ...rest }) => {
  const expected: Expectation = wanted;
  /** Called within each test: what runs while tests are collected counts for no mutant (`npm run mutation`). */
  const analyzed = (): PolicyAnalysis => analyze(readable(policy), zone, { keyArn });

  it('has the verdicts of the catalogue', () => {
    const analysis = analyzed();
    const { public: isPublic, x, svc, manage } = expected;
    if (isPublic !== undefined) expect(analysis.public).toBe(isPublic);
    if (x !== undefined) expect(analysis.crossAccount).toBe(x);
    if (svc !== undefined) expect(analysis.service).toBe(svc);
    if (manage !== undefined) expect(analysis.manageable).toBe(manage.toLowerCase());
    expect(analysis.complete).toBe(true);
  });

  it('says what else the catalogue says', () => {
    const analysis = analyzed();
    if (expected.cond === true) expect(analysis.access.map((one) => one.who)).toContain('conditional');
    for (const action of expected.actionsNot ?? []) expect(outside(analysis)).not.toContain(action);
    if (expected.escalates === true) expect(analysis.findings.some((one) => one.data['canGrant'] === true)).toBe(true);
    if (expected.sod !== undefined) expect(analysis.breaches.map((breach) => breach.principal)).toEqual(expected.sod);
    if (expected.validation === 'error') expect(read(policy).kind).toBe('refused');
    if (expected.validation === 'orphan') expect(hasRule(analysis, 'policy-stale-principal')).toBe(true);
    if (expected.validation === 'dead' || expected.validation === 'ineffective') {
      expect(hasRule(analysis, 'policy-ineffective')).toBe(true);
    }
  });

  /** A record, not a judgement: who changes it on purpose looks at the difference and runs vitest with `-u`. */

  it('compares as the catalogue says', () => {
    if (!('before' in rest) || rest.before === undefined) return;
    const diff = diffPolicies({ before: readable(rest.before), after: readable(policy) }, zone, { keyArn });
    if (expected.gained !== undefined) expect(diff.gained.length > 0).toBe(expected.gained);
    if (expected.lost !== undefined) expect(diff.lost.length > 0).toBe(expected.lost);
    for (const action of expected.gains ?? []) expect(diff.gained.flatMap((one) => one.actions)).toContain(action);
  });
});
