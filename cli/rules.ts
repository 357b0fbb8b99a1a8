import { styleText } from 'node:util';
import { defaultConfig, type GuardConfig } from '../shared/config/config.ts';
import { isEnabled, type Rule, type Severity } from '../shared/rules/define-rule.ts';
import { rules } from '../shared/rules/index.ts';
import { type Command, type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { parsedConfig } from './read-config.ts';

const help = `
kms-guard rules [RULE] [--json] [--config FILE]

Lists every rule with its severity, what it watches, whether the sweep runs it, its remedy and its controls.
With RULE: explains one. With --config: the severity that FILE gives it, and whether it is switched off.

Example: kms-guard rules deletion-scheduled
`;

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'every rule, or one explained',
  help,
  run: async (args, io) => {
    const { values, positionals } = readArgs('rules', args, {
      json: { type: 'boolean', default: false },
      config: { type: 'string' },
    });
    const [id, ...more] = positionals;
    if (more.length > 0) throw new UsageError('rules: names one rule at most; see "kms-guard rules --help"');
    const config = values.config === undefined ? defaultConfig : await parsedConfig(io, values.config);
    const configured = rules.map((rule) => inForce(rule, config));
    if (id === undefined) return list(io, configured, values.json);
    const rule = configured.find((each) => each.id === id);
    if (rule === undefined) throw new UsageError(`rules: there is no rule "${id}"; "kms-guard rules" lists them`);
    return explainOne(io, rule, values.json);
  },
};

/** A rule as the configuration has it. */
type Configured = Rule & { readonly enabled: boolean };

const inForce = (rule: Rule, config: GuardConfig): Configured => ({
  ...rule,
  severity: config.rules[rule.id]?.severity ?? rule.severity,
  enabled: isEnabled(rule, config),
});

const facts = ({ id, title, guard, severity, enabled, watches, sweep, remedy, controls, needs }: Configured) => ({
  id,
  title,
  guard,
  severity,
  enabled,
  watches,
  sweep,
  remedy,
  controls,
  needs,
});

const list = (io: Io, configured: readonly Configured[], json: boolean): ExitStatus => {
  if (json) {
    io.stdout(`${JSON.stringify(configured.map(facts), null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...configured.map(({ id }) => id.length));
  for (const rule of configured) {
    const sweep = rule.sweep ? 'sweep' : '     ';
    const head = `${rule.id.padEnd(width)}  ${colored(io, rule.severity, rule.severity.padEnd(8))}  ${sweep}`;
    io.stdout(
      `${head}  ${(rule.remedy ?? '-').padEnd(17)}  ${rule.watches.join(', ')}`
        .trimEnd()
        .concat(rule.enabled ? '\n' : ' (off)\n'),
    );
    if (rule.controls.length > 0) io.stdout(`${' '.repeat(width + 2)}${rule.controls.join(', ')}\n`);
  }
  return 0;
};

const explainOne = (io: Io, rule: Configured, json: boolean): ExitStatus => {
  if (json) {
    const { messages, remediation } = rule;
    io.stdout(`${JSON.stringify({ ...facts(rule), messages, remediation }, null, 2)}\n`);
    return 0;
  }
  const lines = [
    `${rule.id} (${colored(io, rule.severity, rule.severity)}): ${rule.title}`,
    '',
    ...(rule.enabled ? [] : [`Off       switch it on with rules["${rule.id}"].enabled in the configuration`]),
    `Guard     ${rule.guard}`,
    `Watches   ${rule.watches.join(', ') || 'nothing: only a sweep sees it'}`,
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
