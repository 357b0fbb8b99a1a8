import { severities } from '../../rules/define-rule.ts';
import { nameOf } from '../coverage.ts';
import { keyCost } from '../key-cost.ts';
import { shownRotation } from '../key-figures.ts';
import type { FindingLine, KeyLine, MonthlyCost, Report } from '../report.ts';
import { withTimes } from '../words.ts';
import type { TextRef, WireFinding, WireKey } from './key-wire.ts';
import { json, visible } from './markup.ts';

const keysInChunk = 500;
const mostTags = 50;
const mostAliases = 50;

/** Every key as data for the page's script, in elements that a browser does not run; the texts that they share come last. */
export function* keyData(report: Report): Generator<string> {
  const { keys, findings } = report;
  if (keys === null) return;
  const found = Map.groupBy(
    findings.filter(({ status }) => status !== 'resolved'),
    ({ keyArn }) => keyArn,
  );
  const texts = pool();
  for (let from = 0; from < keys.length; from += keysInChunk) {
    const chunk = keys
      .slice(from, from + keysInChunk)
      .map((key) => wireKey(key, { found: found.get(key.keyArn) ?? [], ref: texts.ref, names: report.accountNames }));
    yield `<script type="application/json" class="key-data">${json(chunk)}</script>\n`;
  }
  yield `<script type="application/json" id="key-texts">${json(texts.all())}</script>\n`;
}

type Pool = { readonly ref: (text: string | null) => TextRef; readonly all: () => readonly string[] };

const pool = (): Pool => {
  const known = new Map<string, TextRef>();
  const ref = (text: string | null): TextRef => {
    if (text === null) return -1;
    const at = known.get(text);
    if (at !== undefined) return at;
    known.set(text, known.size);
    return known.size - 1;
  };
  return { ref, all: () => [...known.keys()].map((text) => visible(text, 600)) };
};

type Making = {
  readonly found: readonly FindingLine[];
  readonly ref: Pool['ref'];
  readonly names: Report['accountNames'];
};

const wireKey = (key: KeyLine, { found, ref, names }: Making): WireKey => {
  const split = key.keyArn.lastIndexOf('/') + 1;
  return [
    visible(key.keyArn.slice(split), 200),
    ref(key.keyArn.slice(0, split)),
    ref(key.account),
    ref(nameOf(names, key.account)),
    ref(key.region),
    key.aliases?.slice(0, mostAliases).map((alias) => visible(alias, 300)) ?? null,
    ref(key.state),
    ref(key.keySpec),
    ref(key.keyUsage),
    ref(key.origin),
    ref(key.multiRegion),
    dayPart(key.created),
    dayPart(key.deletionDate),
    ref(shownRotation(key)),
    key.rotationPeriodInDays,
    wireLastUse(key.lastUse, ref),
    wireTags(key.tags),
    wireCost(keyCost(key)),
    found.map((finding) => wireFinding(finding, ref)),
  ];
};

const dayPart = (time: string | null): string | null => (time === null ? null : visible(time.slice(0, 10), 10));

const wireLastUse = (lastUse: KeyLine['lastUse'], ref: Pool['ref']): WireKey[15] => {
  switch (lastUse?.use) {
    case 'used':
      return ['used', dayPart(lastUse.at) ?? '', ref(lastUse.operation)];
    case 'never':
      return ['never', dayPart(lastUse.since) ?? ''];
    case 'unknown':
      return ['unknown', dayPart(lastUse.trackedSince) ?? ''];
    case undefined:
      return null;
  }
};

const wireCost = (cost: MonthlyCost | null): WireKey[17] => (cost === null ? null : [cost.usdFrom, cost.usdTo]);

const wireTags = (tags: KeyLine['tags']): WireKey[16] =>
  tags === null
    ? null
    : Object.entries(tags)
        .slice(0, mostTags)
        .map(([name, value]) => [visible(name, 150), visible(value, 300)] as const);

const wireFinding = (
  { rule, severity, status, verdict, message, firstSeen }: FindingLine,
  ref: Pool['ref'],
): WireFinding => [
  ref(rule),
  severities.indexOf(severity),
  status === 'waived' ? 'waived' : verdict === 'undetermined' ? 'undecided' : 'open',
  ref(withTimes(message)),
  dayPart(firstSeen) ?? '',
];
