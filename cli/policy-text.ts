import { styleText } from 'node:util';
import type {
  Access,
  KeyPolicy,
  KeyRequest,
  PolicyAnalysis,
  PolicyDiff,
  PolicyFinding,
  Statement,
} from '../shared/policy/index.ts';
import { conditionText, statementName } from '../shared/policy/index.ts';
import type { Io } from './command.ts';
import { statementLines } from './policy-lines.ts';
import type { CheckedKey, TemplateFinding } from './policy-template.ts';
import { visible } from './visible.ts';

type Colors = Pick<Io, 'color'>;
type Style = Parameters<typeof styleText>[0];

const paint = (io: Colors, style: Style, text: string): string => (io.color ? styleText(style, text) : text);

const OUTSIDE = new Set(['public', 'external', 'conditional', 'service']);
const WHO: Readonly<Record<Access['who'], string>> = {
  public: 'anyone',
  external: 'outside',
  conditional: 'outside, if',
  service: 'service',
  trusted: 'trusted',
  organization: 'organization',
  account: 'account',
};
const SEVERITY: Readonly<Record<PolicyFinding['severity'], Style>> = {
  info: 'gray',
  low: 'cyan',
  medium: 'yellow',
  high: 'red',
  critical: 'magenta',
};

type Checked = {
  readonly analysis: PolicyAnalysis;
  readonly findings: readonly PolicyFinding[];
  readonly policy: KeyPolicy;
  readonly text: string;
};

/** What `policy check` shows a person. */
export const analysisText = ({ analysis, findings, policy, text }: Checked, io: Colors): string => {
  const yes = (value: boolean): string => (value ? paint(io, 'red', 'yes') : paint(io, 'green', 'no'));
  const parts = [
    `Public                 ${yes(analysis.public)}`,
    `Other accounts get in  ${yes(analysis.crossAccount)}`,
    `Unscoped services      ${yes(analysis.service)}`,
    `Manageable             ${analysis.manageable === 'robust' ? paint(io, 'green', 'robust') : paint(io, 'yellow', analysis.manageable)}`,
    '',
    ...table(analysis.access, io),
    '',
    ...analysis.access.filter((one) => OUTSIDE.has(one.who)).flatMap((one) => [proof(one, policy), '']),
    ...(analysis.public ? [] : stopped(analysis, policy)),
    ...findings.flatMap((finding) => findingLines(finding, { policy, text }, io)),
    ...(findings.length === 0 ? [paint(io, 'green', 'Nothing to flag.')] : []),
    ...(analysis.complete
      ? []
      : ['The analysis did not finish within its budget: what it could not exclude counts as access.']),
  ];
  return `${parts.join('\n')}\n`;
};

/** What `policy check` shows of one key of a template. */
export const templateText = ({ name, analysis, findings }: CheckedKey, io: Colors): string => {
  const source = { policy: { version: '2012-10-17', statements: [] }, text: '' } as const;
  const parts = [
    paint(io, 'bold', visible(name)),
    ...(analysis === null ? [] : ['', ...table(analysis.access, io)]),
    '',
    ...findings.flatMap((finding) => findingLines(finding, source, io)),
    ...(findings.length === 0 ? [paint(io, 'green', 'Nothing to flag.')] : []),
  ];
  return `${parts.join('\n')}\n`;
};

/** Who can do what, the outside first. */
const table = (access: readonly Access[], io: Colors): readonly string[] => {
  const rows = access.map(
    (one) => [WHO[one.who], visible(one.principal), actionsText(one.actions), namesOf(one)] as const,
  );
  const head = ['WHO', 'PRINCIPAL', 'CAN', 'BY'] as const;
  const widths = head.map((title, i) =>
    Math.min(60, Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    paint(io, 'bold', line(head)),
    ...rows.map((row, i) => (OUTSIDE.has(access[i]?.who ?? 'account') ? paint(io, 'red', line(row)) : line(row))),
  ];
};

const namesOf = ({ statements }: Access): string => visible(statements.join(', '));

const actionsText = (actions: readonly string[]): string => {
  const names = actions.map((action) => action.replace('kms:', ''));
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
};

/** The witness as a sentence. Only keys that the policy reads are worth a word. */
const proof = ({ witness, principal, certain }: Access, policy: KeyPolicy): string => {
  if (witness === null) return `${principal}: the search did not finish, so this counts as access.`;
  const read = new Set(policy.statements.flatMap(({ conditions }) => conditions.map(({ name }) => name)));
  const pairs = Object.entries(witness.context).filter(([key]) => read.has(key.toLowerCase()));
  const context = pairs.map(([key, value]) => `${key} = ${typeof value === 'string' ? value : value.join(' and ')}`);
  const carried = context.length === 0 ? '' : ` with ${context.join(', ')}`;
  const doubt = certain ? '' : ' (if AWS reads an undocumented construct that way)';
  return visible(`For example: ${witness.principal} calls ${witness.action}${carried}${doubt}.`);
};

/** What keeps a stranger out, statement by statement. */
const stopped = (analysis: PolicyAnalysis, policy: KeyPolicy): readonly string[] => {
  const seen = new Set<string>();
  for (const { statement, found } of analysis.refusals) {
    const name = policy.statements.filter(({ index }) => index === statement).map(statementName)[0] ?? '';
    if (found.atom !== null)
      seen.add(`  ${name} stops at ${found.deny ? 'a Deny on ' : ''}${conditionText(found.atom.condition)}`);
    else if (found.deny) seen.add(`  ${name} is stopped by a Deny`);
  }
  return seen.size === 0 ? [] : ['A stranger is kept out:', ...[...seen].map(visible), ''];
};

type Source = { readonly policy: KeyPolicy; readonly text: string };

const findingLines = (finding: TemplateFinding, source: Source, io: Colors): readonly string[] => {
  const { statement, statements } = finding.data;
  const names = new Set([statement, ...(Array.isArray(statements) ? statements : [])]);
  const shown = source.policy.statements.filter((one) => names.has(statementName(one)));
  const doubt = finding.verdict === 'undetermined' ? ' (undetermined)' : '';
  return [
    `${paint(io, SEVERITY[finding.severity], finding.severity.toUpperCase())} ${paint(io, 'bold', finding.rule)}${doubt}`,
    `  ${visible(finding.message)}`,
    ...shown
      .slice(0, 2)
      .flatMap((one) => statementLines(source.text, one.index).map((line) => paint(io, 'gray', line))),
    '',
  ];
};

type Decided = {
  readonly decision: string;
  readonly because: string;
  readonly request: KeyRequest;
  readonly statements: readonly Statement[];
};

/** What `policy can` shows a person. */
export const decisionText = ({ decision, because, request, statements }: Decided, text: string, io: Colors): string => {
  const verdict = paint(io, decision === 'Allow' ? 'green' : 'red', decision);
  const can = decision === 'Allow' ? 'can' : 'cannot';
  const lines = [`${verdict}: ${visible(`${request.principal} ${can} ${request.action}, because ${because}.`)}`];
  for (const one of statements.slice(0, 3))
    lines.push(...statementLines(text, one.index).map((line) => paint(io, 'gray', line)));
  return `${lines.join('\n')}\n`;
};

/** What `policy diff` shows a person. */
export const diffText = (diff: PolicyDiff, io: Colors): string => {
  const side = (sign: '+' | '-', style: Style, access: readonly Access[]): readonly string[] =>
    access.map((one) =>
      paint(
        io,
        style,
        `${sign} ${visible(one.principal)} (${WHO[one.who]}) ${actionsText(one.actions)}  by ${namesOf(one)}`,
      ),
    );
  const changes = [
    ...side('+', 'red', diff.gained),
    ...side('-', 'yellow', diff.lost),
    ...side('+', 'gray', diff.delegation.gained),
    ...side('-', 'gray', diff.delegation.lost),
  ];
  const alarms = [
    ...(diff.becamePublic ? [paint(io, 'magenta', 'The key became public.')] : []),
    ...(diff.becameUnmanageable ? [paint(io, 'magenta', 'Nobody can change the policy any more.')] : []),
  ];
  const lines = [...alarms, ...changes];
  return `${(lines.length === 0 ? ['Nobody gained and nobody lost anything.'] : lines).join('\n')}\n`;
};
