import { workId } from '../../shared/calls/brought.ts';
import type { PolicyVersion } from '../../shared/facts/facts.ts';
import type { Intent, KeyRecord, LedgerEntry } from '../../shared/ledger/entries.ts';
import { resolved, seen, type StoredFinding } from '../../shared/ledger/finding-history.ts';
import { learned } from '../../shared/ledger/observe.ts';
import { withVersion } from '../../shared/ledger/policy-versions.ts';
import { policyHash as hashOf } from '../../shared/policy-text.ts';
import type { Ledger } from '../../shared/ports.ts';

type Claim = { leaseUntil: number; attempts: number; intent: Intent | null; settled: boolean };

export type MemoryLedger = Ledger & {
  readonly entries: LedgerEntry[];
  readonly unreadable: Parameters<Ledger['settleUnreadable']>[0][];
  readonly findings: Map<string, StoredFinding>;
  readonly keys: Map<string, KeyRecord>;
  /** Newest first, by key ARN. */
  readonly policyVersions: Map<string, readonly PolicyVersion[]>;
};

/** The ledger in memory: the same answers as `dynamoLedger`, see `ledger-contract.ts`. */
export const memoryLedger = (): MemoryLedger => {
  const claims = new Map<string, Claim>();
  const hours = new Map<string, { remedies: number; firstRefused: string | null }>();
  const slots = new Set<string>();
  const entries: LedgerEntry[] = [];
  const unreadable: Parameters<Ledger['settleUnreadable']>[0][] = [];
  const findings = new Map<string, StoredFinding>();
  const keys = new Map<string, KeyRecord>();
  const policyVersions = new Map<string, readonly PolicyVersion[]>();
  const restores = new Map<string, string>();
  const settleClaim = (guard: string, eventID: string): void => {
    const claim = claims.get(`${guard}#${eventID}`);
    claims.set(`${guard}#${eventID}`, { leaseUntil: 0, attempts: 1, intent: null, ...claim, settled: true });
  };
  return {
    entries,
    unreadable,
    findings,
    keys,
    policyVersions,
    claim: async ({ guard, eventID, now, leaseInSeconds }) => {
      const id = `${guard}#${eventID}`;
      const held = claims.get(id);
      if (held?.settled === true) return { claim: 'duplicate' };
      if (held !== undefined && held.leaseUntil >= now) return { claim: 'busy' };
      const attempt = (held?.attempts ?? 0) + 1;
      const intent = held?.intent ?? null;
      claims.set(id, { leaseUntil: now + leaseInSeconds * 1000, attempts: attempt, intent, settled: false });
      return { claim: 'claimed', attempt, intent };
    },
    saveIntent: async ({ guard, eventID, intent }) => {
      const claim = claims.get(`${guard}#${eventID}`);
      if (claim !== undefined) claim.intent = structuredClone(intent);
    },
    settle: async (entry) => {
      settleClaim(entry.guard, workId(entry.eventID, entry.broughtBy ?? null));
      entries.push(structuredClone(entry));
      for (const finding of entry.findings) {
        findings.set(finding.id, seen(findings.get(finding.id) ?? null, finding));
      }
      for (const id of entry.resolved) {
        const finding = resolved(findings.get(id) ?? null, entry.at);
        if (finding !== null) findings.set(id, finding);
      }
    },
    settleUnreadable: async (input) => {
      settleClaim(input.guard, input.eventID);
      unreadable.push(input);
    },
    key: async (keyArn) => keys.get(keyArn) ?? null,
    learn: async (observation) => {
      keys.set(observation.keyArn, learned(keys.get(observation.keyArn) ?? null, observation));
    },
    policies: async (keyArn) => policyVersions.get(keyArn) ?? [],
    learnPolicy: async ({ keyArn, version }) => {
      const before = policyVersions.get(keyArn) ?? [];
      const listed = before.map(({ policy, ...rest }) => ({ ...rest, hash: hashOf(policy) }));
      const texts = new Map([version, ...before].map((each) => [hashOf(each.policy), each.policy]));
      const { versions } = withVersion(listed, version);
      policyVersions.set(
        keyArn,
        versions.map(({ hash, ...rest }) => ({ ...rest, policy: texts.get(hash) ?? '' })),
      );
    },
    claimRestore: async ({ keyArn, policyHash, eventID }) => {
      const lock = `${keyArn}#${policyHash}`;
      const holder = restores.get(lock) ?? eventID;
      restores.set(lock, holder);
      return holder === eventID;
    },
    takeRemedySlot: async ({ account, budget, eventID, now, limitPerHour }) => {
      const slot = `${account}#${budget}#${eventID}`;
      if (slots.has(slot)) return { granted: true };
      const hour = `${account}#${budget}#${Math.floor(now / 3_600_000)}`;
      const count = hours.get(hour) ?? { remedies: 0, firstRefused: null };
      hours.set(hour, count);
      if (count.remedies >= limitPerHour) {
        count.firstRefused ??= eventID;
        return { granted: false, first: count.firstRefused === eventID };
      }
      count.remedies += 1;
      slots.add(slot);
      return { granted: true };
    },
  };
};
