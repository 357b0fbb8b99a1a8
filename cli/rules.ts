import { styleText } from 'node:util';
import type { Rule, Severity } from '../shared/rules/define-rule.ts';
import { ruleById, rules } from '../shared/rules/index.ts';
import { type Command, type ExitStatus, type Io, readArgs, UsageError } from './command.ts';

const help = `
kms-guard rules [RULE] [--json]

Lists every rule with its severity, what it watches, whether the sweep runs it, its remedy and its controls.
With RULE: explains one.

Example: kms-guard rules deletion-scheduled
`;

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'every rule, or one explained',
  help,
  run: async (args, io) => {
    const { values, positionals } = readArgs('rules', args, { json: { type: 'boolean', default: false } });
    const [id, ...more] = positionals;
    if (more.length > 0) throw new UsageError('rules: names one rule at most; see "kms-guard rules --help"');
    return id === undefined ? list(io, values.json) : explainOne(io, id, values.json);
  },
};

const facts = ({ id, title, guard, severity, watches, sweep, remedy, controls, needs }: Rule) => ({
  id,
  title,
  guard,
  severity,
  watches,
  sweep,
  remedy,
  controls,
  needs,
});

const list = (io: Io, json: boolean): ExitStatus => {
  if (json) {
    io.stdout(`${JSON.stringify(rules.map(facts), null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...rules.map(({ id }) => id.length));
  for (const rule of rules) {
    const sweep = rule.sweep ? 'sweep' : '     ';
    const head = `${rule.id.padEnd(width)}  ${colored(io, rule.severity, rule.severity.padEnd(8))}  ${sweep}`;
    io.stdout(`${head}  ${(rule.remedy ?? '-').padEnd(17)}  ${rule.watches.join(', ')}\n`);
    if (rule.controls.length > 0) io.stdout(`${' '.repeat(width + 2)}${rule.controls.join(', ')}\n`);
  }
  return 0;
};

const explainOne = (io: Io, id: string, json: boolean): ExitStatus => {
  const rule = ruleById(id);
  if (rule === undefined) {
    throw new UsageError(`rules: there is no rule "${id}"; "kms-guard rules" lists them`);
  }
  if (json) {
    const { messages, remediation } = rule;
    io.stdout(`${JSON.stringify({ ...facts(rule), messages, remediation }, null, 2)}\n`);
    return 0;
  }
  const lines = [
    `${rule.id} (${colored(io, rule.severity, rule.severity)}): ${rule.title}`,
    '',
    `Guard     ${rule.guard}`,
    `Watches   ${rule.watches.join(', ')}`,
    `Sweep     ${rule.sweep ? 'yes' : 'no, it judges the call itself'}`,
    `Needs     ${rule.needs.join(', ') || 'nothing but the call'}`,
    `Remedy    ${rule.remedy ?? 'none: it only alerts'}`,
    `Controls  ${rule.controls.join(', ') || 'none with a published source'}`,
    '',
    'It says',
    ...Object.entries(rule.messages).map(([name, text]) => `  ${name}: ${text}`),
    '',
    `What to do: ${rule.remediation}`,
    `Read more: docs/rules/${rule.id}.md`,
  ];
  io.stdout(`${lines.join('\n')}\n`);
  return 0;
};

const colors = { info: 'gray', low: 'cyan', medium: 'yellow', high: 'red', critical: 'magenta' } as const;

const colored = (io: Io, severity: Severity, text: string): string =>
  io.color ? styleText(colors[severity], text) : text;
