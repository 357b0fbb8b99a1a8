import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { commands } from '../../cli/commands.ts';
import { documentedConfigs, guardTemplate, wholeTemplate } from '../../scripts/documented-templates.ts';

vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, '..', '..');
const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');
const operations = page('operations.md');

const outputs = Object.keys(
  z
    .object({ Outputs: z.record(z.string(), z.unknown()) })
    .parse(wholeTemplate('KmsGuard', documentedConfigs.organization)).Outputs,
);
const alarms = Object.entries(guardTemplate(documentedConfigs.organization).Resources).flatMap(([id, { Type }]) =>
  Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
);
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts;

describe('operations.md', () => {
  test('every alarm has a row', () => {
    const rows = [...operations.matchAll(/`([A-Za-z]+(?:Alarms|Missing))`/g)].map(([, name = '']) => name);
    expect(rows.length).toBeGreaterThan(5);
    for (const id of alarms) expect({ id, told: rows.some((name) => id.startsWith(name)) }).toEqual({ id, told: true });
    for (const name of rows)
      expect({ name, there: alarms.some((id) => id.startsWith(name)) }).toEqual({ name, there: true });
  });

  test('every output that it names is one', () => {
    const named = [...operations.matchAll(/`([A-Z]\w+(?:Arn|Arns|Name|Url))`/g)].map(([, name = '']) => name);
    expect(named).toContain('TopicArn');
    for (const name of named) expect(outputs).toContain(name);
  });

  test('every command of the guard exists, and every option of it stands in its help', () => {
    const lines = [...operations.matchAll(/(?:kms-guard|guard --) ([a-z]+)([^`\n]*)/g)];
    expect(lines.length).toBeGreaterThan(10);
    for (const [, name = '', rest = ''] of lines) {
      const command = commands.find((known) => known.name === name);
      expect({ name, known: command !== undefined }).toEqual({ name, known: true });
      for (const [, option = ''] of rest.matchAll(/ (--[a-z-]+)/g)) {
        if (option !== '--help') expect(command?.help).toContain(option);
      }
    }
    for (const [, script = ''] of operations.matchAll(/npm run (?:--silent )?([a-z:]+)/g)) {
      expect(Object.keys(scripts)).toContain(script);
    }
  });

  test('stacks and parameters are called so', () => {
    const member = z
      .object({ Parameters: z.record(z.string(), z.unknown()) })
      .parse(wholeTemplate('KmsGuardMember', documentedConfigs.organization));
    for (const name of Object.keys(member.Parameters)) expect(operations).toContain(`${name}=`);
    for (const [, stack = ''] of operations.matchAll(/cdk (?:deploy|destroy|diff) (\w+)/g)) {
      expect(stack).toBe('KmsGuard');
    }
  });
});

describe.each(['operations.md', 'construct.md'])('%s', (name) => {
  test('links lead somewhere', () => {
    const text = page(name);
    const headings = (file: string): readonly string[] =>
      [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(root, 'docs', name) : join(dirname(join(root, 'docs', name)), path);
      expect({ target, there: existsSync(file) }).toEqual({ target, there: true });
      if (anchor !== undefined) expect(headings(file)).toContain(anchor);
    }
  });
});
