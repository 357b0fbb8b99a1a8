import { openDeletionProblem, openDeletionRemedy, openDeletionSelectors } from '../waivers.ts';
import { configSchema, type GuardConfig } from './config.ts';
import { describeIssue } from './describe-issue.ts';
import { findJsonFault } from './json-fault.ts';
import { nearest } from './nearest.ts';
import { pathText, type Problem, valueText } from './problem.ts';

export type ParsedConfig =
  | { readonly ok: true; readonly config: GuardConfig; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type ConfigContext = {
  /** Ids of all rules there are; without them rule ids are not checked. */
  readonly ruleIds?: readonly string[];
  /** ISO 8601 date; without it expired waivers are not looked for. */
  readonly today?: string;
};

/** Reads a configuration. `source` names it in problems: a path, or `-` for stdin. */
export const parseConfig = (text: string, source: string, context: ConfigContext = {}): ParsedConfig => {
  const json = text.replace(/^\uFEFF/, '');
  const fault = findJsonFault(json);
  if (fault !== null) {
    const { line, column, problem } = fault;
    return {
      ok: false,
      problems: [
        {
          source,
          path: `line ${line}, column ${column}`,
          value: valueText(json.split('\n')[line - 1]?.trim() ?? ''),
          problem: `is not JSON: ${problem}`,
          remedy: 'correct the JSON there; comments and trailing commas are not allowed',
        },
      ],
    };
  }
  const data: unknown = JSON.parse(json);
  const parsed = configSchema.safeParse(data);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, { source, data })) };
  }
  const today = context.today ?? null;
  const problems = [
    ...unknownRules(parsed.data, source, context.ruleIds ?? null),
    ...longWaivers(parsed.data, source, today),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config: parsed.data, warnings: warningsOf(parsed.data, source, today) };
};

const unknownRules = (config: GuardConfig, source: string, ruleIds: readonly string[] | null): readonly Problem[] => {
  if (ruleIds === null) return [];
  const named = [
    ...Object.keys(config.rules).map((id) => ({ id, path: pathText(['rules', id]) })),
    ...config.waivers.map(({ rule }, index) => ({ id: rule, path: pathText(['waivers', index, 'rule']) })),
  ];
  return named
    .filter(({ id }) => !ruleIds.includes(id))
    .map(({ id, path }) => {
      const meant = nearest(id, ruleIds);
      const remedy = meant === null ? `use one of ${[...ruleIds].sort().join(', ')}` : `did you mean "${meant}"?`;
      return { source, path, value: valueText(id), problem: 'is not a rule', remedy };
    });
};

const millisecondsInDay = 86_400_000;

const daysFrom = (today: string, day: string): number =>
  (Date.parse(day) - Date.parse(today.slice(0, 10))) / millisecondsInDay;

/** `waiverMaximumDays` counts from today: a waiver of this file shows no day on which it was given. */
const longWaivers = (config: GuardConfig, source: string, today: string | null): readonly Problem[] => {
  const { waivers, waiverMaximumDays: maximum } = config;
  if (today === null || maximum === null) return [];
  return waivers.flatMap(({ expires }, index) =>
    daysFrom(today, expires) > maximum
      ? [
          {
            source,
            path: pathText(['waivers', index, 'expires']),
            value: valueText(expires),
            problem: `is more than waiverMaximumDays (${maximum}) days from now`,
            remedy: 'choose an earlier day, and renew the waiver when it ends',
          },
        ]
      : [],
  );
};

/** What is allowed, but surely not meant. */
const warningsOf = (config: GuardConfig, source: string, today: string | null): readonly Problem[] => {
  const expired = config.waivers.flatMap(({ expires, owner }, index) =>
    today !== null && expires < today.slice(0, 10)
      ? [
          {
            source,
            path: pathText(['waivers', index, 'expires']),
            value: valueText(expires),
            problem: 'is past: the waiver no longer exempts anything',
            remedy: `remove it, or ask ${owner} to renew it`,
          },
        ]
      : [],
  );
  return [
    ...expired,
    ...endingWaivers(config, source, today),
    ...openDeletions(config, source),
    ...halfRescues(config, source),
  ];
};

/** Waivers speak up before they end. */
const endingWaivers = (config: GuardConfig, source: string, today: string | null): readonly Problem[] => {
  if (today === null) return [];
  return config.waivers.flatMap(({ expires, owner }, index) => {
    const left = daysFrom(today, expires);
    if (left < 0 || left > config.waiverNoticeDays) return [];
    return [
      {
        source,
        path: pathText(['waivers', index, 'expires']),
        value: valueText(expires),
        problem: `ends in ${left} days`,
        remedy: `ask ${owner} to renew it, or to do without`,
      },
    ];
  });
};

const openDeletions = (config: GuardConfig, source: string): readonly Problem[] =>
  config.waivers.flatMap((waiver, index) =>
    openDeletionSelectors(waiver).map((selector) => ({
      source,
      path: pathText(['waivers', index, 'keys', waiver.keys.indexOf(selector)]),
      value: valueText(selector),
      problem: openDeletionProblem,
      remedy: openDeletionRemedy,
    })),
  );

/** CancelKeyDeletion leaves a key disabled: enforcing only it saves keys that then cannot be used. */
const halfRescues = (config: GuardConfig, source: string): readonly Problem[] => {
  const { remedies, accounts } = config.modes;
  const places = [
    { path: ['modes', 'remedies'], modes: remedies },
    ...Object.entries(accounts).map(([id, own]) => ({
      path: ['modes', 'accounts', id],
      modes: { ...remedies, ...own },
    })),
  ];
  return places
    .filter(({ modes }) => modes.cancelKeyDeletion === 'enforce' && modes.restoreKeyState !== 'enforce')
    .map(({ path }) => ({
      source,
      path: pathText([...path, 'restoreKeyState']),
      value: valueText('observe'),
      problem: 'leaves every key that the guard saves disabled',
      remedy: 'set it to "enforce" along with cancelKeyDeletion',
    }));
};
