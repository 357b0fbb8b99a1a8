import { dayOf } from '../../words.ts';
import type { WireKey } from '../key-wire.ts';

/** A key as the page works with it. Every text in it was bounded and made visible before it came here. */
export type PageKey = {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  readonly aliases: readonly string[] | null;
  readonly state: string;
  readonly details: readonly (readonly [name: string, value: string])[];
  readonly deletionDate: string | null;
  readonly rotation: 'on' | 'off' | 'not possible' | 'not read';
  readonly lastUse: WireKey[15];
  readonly tags: WireKey[16];
  readonly cost: WireKey[17];
  readonly findings: readonly PageFinding[];
  readonly counts: Readonly<Record<PageFinding['state'], number>>;
  /** Of open findings: 0 none, 1 info to 5 critical. */
  readonly worst: number;
};

export type PageFinding = {
  readonly rule: string;
  readonly severity: string;
  readonly state: 'open' | 'undecided' | 'waived';
  readonly message: string;
  readonly firstSeen: string;
};

export const severities = ['info', 'low', 'medium', 'high', 'critical'];
const rotations = { on: 'on', off: 'off', unsupported: 'not possible' } as const;
const unread = 'not read';

/** Reads the data that the report left in the page, and lets go of the text. */
export const readKeys = (page: Document): readonly PageKey[] => {
  const texts: readonly string[] = JSON.parse(page.getElementById('key-texts')?.textContent ?? '[]');
  const chunks = [...page.querySelectorAll('script.key-data')];
  return chunks.flatMap((chunk) => {
    const wire: readonly WireKey[] = JSON.parse(chunk.textContent ?? '[]');
    chunk.remove();
    return wire.map((key) => pageKey(key, texts));
  });
};

const pageKey = (wire: WireKey, texts: readonly string[]): PageKey => {
  const text = (at: number): string => (at < 0 ? unread : (texts[at] ?? ''));
  const [id, arn, account, accountName, region, aliases, state, ...described] = wire;
  const [keySpec, keyUsage, origin, multiRegion, created, deletionDate, ...used] = described;
  const [rotation, period, lastUse, tags, cost, wireFindings] = used;
  const findings = wireFindings.map(([rule, severity, standing, message, firstSeen]) => ({
    rule: text(rule),
    severity: severities[severity] ?? '',
    state: standing,
    message: text(message),
    firstSeen,
  }));
  const counts = { open: 0, undecided: 0, waived: 0 };
  for (const finding of findings) counts[finding.state] += 1;
  return {
    id,
    arn: text(arn) + id,
    account: text(account),
    accountName: accountName < 0 ? '' : text(accountName),
    region: text(region),
    aliases,
    state: text(state),
    details: [
      ['Key spec', text(keySpec)],
      ['Key usage', text(keyUsage)],
      ['Origin', text(origin)],
      ['Multi-Region', text(multiRegion)],
      ['Created', created === null ? unread : dayOf(created)],
      ...(period === null ? [] : [['Rotation period', `${period} days`] as const]),
    ],
    deletionDate,
    rotation: rotationName(text(rotation)),
    lastUse,
    tags,
    cost,
    findings,
    counts,
    worst: Math.max(0, ...wireFindings.map(([, severity, standing]) => (standing === 'open' ? severity + 1 : 0))),
  };
};

const rotationName = (rotation: string): PageKey['rotation'] =>
  rotation === 'on' || rotation === 'off' || rotation === 'unsupported' ? rotations[rotation] : unread;
