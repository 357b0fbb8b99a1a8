import { matchesArnPattern } from './arn-pattern.ts';
import type { Waiver } from './config/config.ts';
import { type Fact, unknown } from './facts/facts.ts';

const millisecondsInDay = 86_400_000;

/** A waiver holds to the end of its last day, UTC. */
export const waiverEnds = (waiver: Pick<Waiver, 'expires'>): number => Date.parse(waiver.expires) + millisecondsInDay;

/** A key, as waivers name it. What is not known of it meets no waiver. */
export type WaiverSubject = {
  readonly rule: string;
  /** Null: the record does not tell which key it is about, and no waiver holds. */
  readonly keyArn: string | null;
  readonly account: string;
  readonly aliases: Fact<readonly string[]>;
  readonly tags: Fact<Readonly<Record<string, string>>>;
  /** Where the account stands in the organization, `o-.../r-.../ou-.../`. */
  readonly accountPath: Fact<string>;
  readonly now: number;
};

export type WaiverAnswer =
  | { readonly waived: 'yes'; readonly waiver: Waiver }
  /** It would hold or not by something that is not known: then it does not. */
  | { readonly waived: 'unclear'; readonly waiver: Waiver; readonly lacks: string; readonly why: string }
  | { readonly waived: 'expired'; readonly waiver: Waiver }
  | { readonly waived: 'no' };

/** Is this rule waived for this key now? One that holds wins over one that is unclear, and that over one that has expired. */
export const waiverFor = (waivers: readonly Waiver[], subject: WaiverSubject): WaiverAnswer => {
  if (subject.keyArn === null) return { waived: 'no' };
  let unclear: WaiverAnswer | null = null;
  let expired: WaiverAnswer | null = null;
  for (const waiver of waivers) {
    if (waiver.rule !== subject.rule) continue;
    const meant = means(waiver, { ...subject, keyArn: subject.keyArn });
    if (meant === 'no') continue;
    if (!(subject.now < waiverEnds(waiver))) {
      if (meant === 'yes') expired ??= { waived: 'expired', waiver };
    } else if (meant === 'yes') {
      return { waived: 'yes', waiver };
    } else {
      unclear ??= { waived: 'unclear', waiver, ...meant };
    }
  }
  return unclear ?? expired ?? { waived: 'no' };
};

type Lack = { readonly lacks: string; readonly why: string };
type Meant = 'yes' | 'no' | Lack;
type KeySubject = WaiverSubject & { readonly keyArn: string };

/** Any one of the selectors is enough. */
const means = ({ keys }: Waiver, subject: KeySubject): Meant => {
  const answers = keys.map((selector) => selects(selector, subject));
  if (answers.includes('yes')) return 'yes';
  return answers.find((answer) => answer !== 'no') ?? 'no';
};

const selects = (selector: string, { keyArn, account, aliases, tags, accountPath }: KeySubject): Meant => {
  const [kind, rest] = kindOf(selector);
  switch (kind) {
    case 'arn':
      return matchesArnPattern(selector, keyArn) ? 'yes' : 'no';
    case 'account':
      return rest === account ? 'yes' : 'no';
    case 'alias':
      return judged('aliases', aliases, (names) => names.some((name) => matchesArnPattern(selector, name)));
    case 'tag':
      return judged('tags', tags, (all) => carries(all, rest));
    case 'ou':
      return judged('organizational unit', accountPath, (path) => path.split('/').includes(rest));
  }
};

/** By these selectors a deletion is waived for whatever key somebody tags, or points an alias at: tagging is no permission to delete. */
export const openDeletionSelectors = ({ rule, keys }: Pick<Waiver, 'rule' | 'keys'>): readonly string[] =>
  rule === 'deletion-scheduled' ? keys.filter((key) => ['alias', 'tag'].includes(kindOf(key)[0])) : [];

export const openDeletionProblem = 'waives the deletion of any key that somebody tags, or points an alias at, to fit';
export const openDeletionRemedy = 'name ARNs or accounts, or have each deletion approved (kms-guard approvals)';

type SelectorKind = 'arn' | 'alias' | 'tag' | 'account' | 'ou';

const kindOf = (selector: string): readonly [kind: SelectorKind, rest: string] => {
  if (selector.startsWith('alias/')) return ['alias', selector];
  if (selector.startsWith('tag:')) return ['tag', selector.slice('tag:'.length)];
  if (selector.startsWith('account:')) return ['account', selector.slice('account:'.length)];
  if (selector.startsWith('ou:')) return ['ou', selector.slice('ou:'.length)];
  return ['arn', selector];
};

/** A list that is known only in part may still show that a key is meant, never that it is not. */
const judged = <T>(lacks: string, fact: Fact<T>, holds: (value: T) => boolean): Meant => {
  if (!fact.known) return { lacks, why: fact.detail };
  if (holds(fact.value)) return 'yes';
  return fact.detail === undefined ? 'no' : { lacks, why: fact.detail };
};

const carries = (tags: Readonly<Record<string, string>>, wanted: string): boolean => {
  const equals = wanted.indexOf('=');
  const [key, value] = [wanted.slice(0, equals), wanted.slice(equals + 1)];
  return Object.hasOwn(tags, key) && (value === '*' || tags[key] === value);
};

/** What these waivers of a rule must know of a key, besides its ARN and account. */
export const waiverLooks = (waivers: readonly Waiver[], rules: readonly string[]): ReadonlySet<'aliases' | 'tags'> => {
  const kinds = waivers
    .filter(({ rule }) => rules.includes(rule))
    .flatMap(({ keys }) => keys.map((key) => kindOf(key)[0]));
  const looks = new Set<'aliases' | 'tags'>();
  if (kinds.includes('alias')) looks.add('aliases');
  if (kinds.includes('tag')) looks.add('tags');
  return looks;
};

/** Where the configuration says that an account stands. */
export const accountPathOf = (paths: Readonly<Record<string, string>>, account: string): Fact<string> => {
  const path = Object.hasOwn(paths, account) ? paths[account] : undefined;
  return path === undefined
    ? unknown('not-found', `accountPaths in the configuration has no entry for ${account}`)
    : { known: true, value: path };
};

export type WaiverNotice = {
  readonly waiver: Waiver;
  /** `ending`: it still holds, for so many whole days. `ended`: it stopped so many days ago. */
  readonly state: 'ending' | 'ended';
  readonly days: number;
};

/** The waivers to speak of: those that end soon and those that have ended, the most urgent first. */
export const waiverNotices = (waivers: readonly Waiver[], now: number, noticeDays: number): readonly WaiverNotice[] =>
  waivers
    .flatMap((waiver): readonly WaiverNotice[] => {
      const left = waiverEnds(waiver) - now;
      if (left <= 0) return [{ waiver, state: 'ended', days: Math.floor(-left / millisecondsInDay) }];
      return left <= noticeDays * millisecondsInDay
        ? [{ waiver, state: 'ending', days: Math.floor(left / millisecondsInDay) }]
        : [];
    })
    .toSorted((one, other) => waiverEnds(one.waiver) - waiverEnds(other.waiver));
