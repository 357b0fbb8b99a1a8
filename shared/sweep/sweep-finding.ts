import type { GuardConfig } from '../config/config.ts';
import type { RuleVerdict } from '../decision.ts';
import type { Facts } from '../facts/facts.ts';
import { stored } from '../judge.ts';
import { findingId } from '../ledger/finding-id.ts';
import type { Severity, VerdictData } from '../rules/define-rule.ts';
import { explain } from '../rules/explain.ts';
import { accountPathOf, waiverFor } from '../waivers.ts';

/** A finding as `sweep` and reports show it; `id` is that of the event path and the ledger. `keyArn` is null for one about a Region. */
export type SweepFinding = {
  readonly id: string;
  readonly rule: string;
  readonly verdict: 'violation' | 'undetermined';
  readonly severity: Severity;
  readonly account: string;
  readonly region: string;
  readonly keyArn: string | null;
  readonly aliases: readonly string[];
  /** The text for people; `messageId` is what the rule said. */
  readonly message: string;
  readonly messageId: string;
  readonly data: VerdictData;
  readonly controls: readonly string[];
  readonly remediation: string;
  /** ISO 8601. */
  readonly firstSeen: string;
  /** The last day of the waiver that holds, or null. */
  readonly waivedUntil: string | null;
};

type Seen = {
  readonly facts: Facts;
  readonly config: GuardConfig;
  readonly now: number;
};

/** The violations and undetermined verdicts about one key. */
export const sweepFindings = (verdicts: readonly RuleVerdict[], seen: Seen): readonly SweepFinding[] =>
  verdicts.flatMap((verdict) => findingOf(verdict, seen));

const findingOf = (judged: RuleVerdict, { facts, config, now }: Seen): readonly SweepFinding[] => {
  const { rule, verdict } = judged;
  if (verdict.verdict !== 'violation' && verdict.verdict !== 'undetermined') return [];
  const { account, region, aliases } = facts;
  const keyArn = facts.keyArn === '' ? null : facts.keyArn;
  const { severity } = stored(judged);
  const accountPath = accountPathOf(config.accountPaths, account);
  const about = { rule: rule.id, keyArn, account, aliases, tags: facts.tags, accountPath, now };
  const waived = waiverFor(config.waivers, about);
  return [
    {
      id: findingId(rule.id, { keyArn, account, region, keyId: null }),
      rule: rule.id,
      verdict: verdict.verdict,
      severity,
      account,
      region,
      keyArn,
      aliases: aliases.known ? aliases.value : [],
      message: explain(rule.messages, verdict.message, verdict.data),
      messageId: verdict.message,
      data: verdict.data,
      controls: rule.controls,
      remediation: rule.remediation,
      firstSeen: new Date(now).toISOString(),
      waivedUntil: waived.waived === 'yes' ? waived.waiver.expires : null,
    },
  ];
};
