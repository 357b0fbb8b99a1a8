import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Control,
  controlsNamed,
  frameworks,
  strictOnDeletion,
  untestedControls,
} from '../shared/reports/controls.ts';
import { reportJsonSchemaText } from '../shared/reports/json-schema.ts';
import type { Rule } from '../shared/rules/define-rule.ts';
import { rules } from '../shared/rules/index.ts';

/** `npm run docs`: the schema of a report's JSON, and the page of controls. Tests compare both with the code. */

const docs = join(import.meta.dirname, '..', 'docs');

const named = (rule: Rule): readonly Control[] => controlsNamed(rule.controls);

const linked = (list: readonly Rule[]): string => list.map(({ id }) => `[${id}](rules/${id}.md)`).join(', ');

const noteOn = (control: string): string => {
  const untested = untestedControls.get(control);
  if (untested !== undefined) return `; always not assessed: ${untested}`;
  return strictOnDeletion.has(control)
    ? '; an exception while a key waits for deletion that is approved or proven unneeded, which the control itself does not permit'
    : '';
};

const frameworkPart = (framework: (typeof frameworks)[number], list: readonly Rule[]): readonly string[] => {
  const ids = new Set(
    list.flatMap((rule) => named(rule).flatMap((control) => (control.framework === framework ? control.id : []))),
  );
  if (ids.size === 0) return [];
  const row = (id: string): string => {
    const own = list.filter((rule) =>
      named(rule).some((control) => control.framework === framework && control.id === id),
    );
    return `| ${id} | ${linked(own)}${noteOn(`${framework.prefix} ${id}`)} |`;
  };
  return ['', `## ${framework.name}`, '', '| control | rules |', '| --- | --- |', ...[...ids].sort().map(row)];
};

/** `docs/controls.md`. */
export const controlsPage = (list: readonly Rule[]): string =>
  [
    '# Controls',
    '',
    'Written by `scripts/report-docs.ts` from the manifests in `shared/rules`. Only ids that AWS or the framework publishes for this check are',
    'listed; a rule without one is left out of reports by framework, and nothing else.',
    '',
    'A report gives each control one of four states: **passed** (everything was looked at, and nothing stands against it), **failed** (an open',
    'violation), **exception** (what stands against it is waived) and **not assessed** (something could not be judged: no sweep, a Region or a',
    'key that could not be read, an undetermined verdict, a rule that is switched off or has nothing to ask for, no key at all). Not assessed is',
    'never passed. A state says what the rules found, and no more: what else a control asks for, such as a written procedure, no report can tell.',
    ...frameworks.flatMap((framework) => frameworkPart(framework, list)),
    '',
    '## Rules without a published control',
    '',
    `${linked(list.filter((rule) => named(rule).length === 0))}.`,
    '',
  ].join('\n');

const write = (): void => {
  writeFileSync(join(docs, 'controls.md'), controlsPage(rules));
  const schema = join(docs, 'report.schema.json');
  writeFileSync(schema, reportJsonSchemaText());
  const root = join(docs, '..');
  execFileSync(join(root, 'node_modules', '.bin', 'biome'), ['format', '--write', schema], {
    cwd: root,
    stdio: 'inherit',
  });
};

if (import.meta.main) write();
