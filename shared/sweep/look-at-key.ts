import type { RuleVerdict } from '../decision.ts';
import { evaluate, type GuardSettings } from '../evaluate.ts';
import { type Fact, type FactName, type Facts, known } from '../facts/facts.ts';
import { gatherFacts } from '../facts/gather.ts';
import { orUnknown } from '../facts/or-unknown.ts';
import { needsOf, rulesFor } from '../judge.ts';
import type { KeyRecord } from '../ledger/entries.ts';
import type { Clock, EventHistory, KeyReader, Ledger } from '../ports.ts';
import { waiverLooks } from '../waivers.ts';
import type { Rule } from '../rules/define-rule.ts';
import { type Lack, lackOf, lacksOf } from './lack.ts';
import { learnLook } from './learn-look.ts';
import type { KeyRow } from './key-row.ts';
import { asksLastUse, planLastUse } from './plan-last-use.ts';
import { rowOf } from './row-of.ts';
import { planSlowFacts, sayable, type SlowPlan, slowRecordOf } from './slow-facts.ts';
import { type SweepFinding, sweepFindings } from './sweep-finding.ts';

export type SweepLedger = Pick<Ledger, 'key' | 'learn' | 'policies' | 'learnPolicy'>;

/** What one key came to. */
export type KeyResult =
  | {
      readonly kind: 'judged';
      readonly keyArn: string;
      /** When the look began, ISO 8601: what happened since, it may not show. */
      readonly at: string;
      readonly row: KeyRow;
      readonly findings: readonly SweepFinding[];
      /** Rules that found nothing to flag: their findings are resolved. */
      readonly clear: readonly string[];
      /** Facts that could not be read; the rules that need them are undetermined. */
      readonly lacks: readonly Lack[];
      /** Left for a later run: the rules that need the last use were not asked. */
      readonly lastUseDeferred: boolean;
    }
  /** DescribeKey gave nothing. The rules that need no more than what could be read have still flagged what they saw. */
  | {
      readonly kind: 'unreadable';
      readonly keyArn: string;
      readonly at: string;
      readonly row: KeyRow;
      readonly findings: readonly SweepFinding[];
      readonly lacks: readonly Lack[];
    }
  /** Deleted since it was listed. */
  | { readonly kind: 'gone'; readonly keyArn: string; readonly at: string }
  | { readonly kind: 'aws-managed'; readonly keyArn: string };

export type LookPorts = {
  readonly reader: KeyReader;
  readonly history: EventHistory;
  readonly ledger: SweepLedger;
  readonly clock: Clock;
};

export type Look = LookPorts & {
  readonly settings: GuardSettings;
  readonly account: string;
  readonly region: string;
  readonly aliasesOf: (keyArn: string) => Fact<readonly string[]>;
  /** May GetKeyLastUsage be asked once more in this run? */
  readonly mayAsk: (why: 'pending' | 'new' | 'due' | 'recheck') => boolean;
};

/**
 * `settleForUnknown`: what gives no answer is an unknown fact then, so that it hides nothing else of the key.
 * @throws RetryableFault when AWS gives no answer, unless `settleForUnknown`; when the ledger gives none.
 */
export const lookAtKey = async (look: Look, keyArn: string, settleForUnknown = false): Promise<KeyResult> => {
  const { settings, account, region, reader, ledger, clock } = look;
  // What is written down of this look is as old as its first question: events since then know better.
  const now = clock.now();
  const at = new Date(now).toISOString();
  const describe = () => reader.describe(keyArn);
  const described = await (settleForUnknown ? orUnknown(describe) : describe());
  if (described.known && described.value.keyManager === 'AWS') return { kind: 'aws-managed', keyArn };
  if (isNotFound(described)) return { kind: 'gone', keyArn, at };
  const record = await ledger.key(keyArn);
  const lastUse = planLastUse(look, { keyArn, described, record });
  const inPlay = rulesFor(settings.rules, null, settings.config);
  const rules = inPlay.filter((rule) => !lastUse.deferred || !asksLastUse(rule));
  const wanted = new Set([...needsOf(rules), ...waiversNeed(settings, rules), 'metadata', 'aliases'] as const);
  const { slowFactsEveryDays: everyDays } = settings.config.sweep;
  const slow = planSlowFacts({ keyArn, described, record, needs: wanted, everyDays, now });
  const needs = without(wanted, slow);
  const planned: KeyReader = {
    ...reader,
    describe: (arn) => (arn === keyArn ? Promise.resolve(described) : reader.describe(arn)),
    aliases: (arn) => Promise.resolve(look.aliasesOf(arn)),
    tags: (arn) => (arn === keyArn && slow.tags !== null ? Promise.resolve(known(slow.tags)) : reader.tags(arn)),
    lastUse: lastUse.read,
  };
  const sources = { reader: planned, history: look.history, ledger: { ...ledger, key: () => Promise.resolve(record) } };
  const facts = await gatherFacts({ account, region, keyArn, needs, settleForUnknown, ...sources });
  // A key that goes while it is looked at answers some questions and not others: it is gone, not half known.
  if ([...needs].some((name) => isNotFound(facts[name])) && isNotFound(await orUnknown(describe))) {
    return { kind: 'gone', keyArn, at };
  }
  const asked = rules.filter((rule) => !isLeft(rule, facts));
  const verdicts = sayable(evaluate({ ...settings, rules: asked }, { call: null, facts, now }).verdicts, slow);
  const toRemember = slowRecordOf({ plan: slow, facts, record, rules: inPlay, verdicts, now });
  await learnLook(ledger, { facts, record, verdicts, now, asked: lastUse.asked(), slow: toRemember });
  return resultOf(look, { facts, record, needs, verdicts, now, deferred: lastUse.deferred && described.known });
};

/** Without the slow facts that are left for another night; remembered tags are there all the same. */
const without = (wanted: ReadonlySet<FactName>, { left, tags }: SlowPlan): ReadonlySet<FactName> =>
  new Set([...wanted].filter((name) => !left.some((each) => each === name && !(name === 'tags' && tags !== null))));

/** A waiver by tag holds for a key whose tags are known: also where no rule asks for them. */
const waiversNeed = ({ config }: GuardSettings, rules: readonly Rule[]): ReadonlySet<FactName> =>
  waiverLooks(
    config.waivers,
    rules.map(({ id }) => id),
  );

const isNotFound = (fact: Fact<unknown>): boolean => !fact.known && fact.reason === 'not-found';

/** Left for a later run, as the last use may be: such a rule neither flags nor clears. See `failed-use-turns.ts`. */
const isLeft = ({ needs }: Rule, { failedUses }: Facts): boolean =>
  needs.includes('failedUses') && !failedUses.known && failedUses.reason === 'not-fetched';

type Looked = {
  readonly facts: Facts;
  readonly record: KeyRecord | null;
  readonly needs: ReadonlySet<FactName>;
  readonly verdicts: readonly RuleVerdict[];
  readonly now: number;
  readonly deferred: boolean;
};

const resultOf = ({ settings }: Look, { facts, record, needs, verdicts, now, deferred }: Looked): KeyResult => {
  const { keyArn, metadata } = facts;
  const at = new Date(now).toISOString();
  const findings = sweepFindings(verdicts, { facts, config: settings.config, now });
  const lacks = lacksOf(facts, needs);
  const row = rowOf(facts, record);
  if (!metadata.known) {
    const seen = findings.filter(({ verdict }) => verdict === 'violation');
    const unreadable = lacks.length > 0 ? lacks : [lackOf(metadata)];
    return { kind: 'unreadable', keyArn, at, row, findings: seen, lacks: unreadable };
  }
  const clear = verdicts
    .filter(({ verdict }) => verdict.verdict === 'compliant' || verdict.verdict === 'notApplicable')
    .map(({ rule }) => rule.id);
  return { kind: 'judged', keyArn, at, row, findings, clear, lacks, lastUseDeferred: deferred };
};
