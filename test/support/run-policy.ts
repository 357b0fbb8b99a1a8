import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { policyCommand } from '../../cli/policy.ts';
import { memoryIo } from './memory-io.ts';
import type { Part } from './policy-fixtures.ts';

/** Runs `kms-guard policy ...` with files in a folder that goes when the tests are over. */

const folder = mkdtempSync(join(tmpdir(), 'policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
export const file = (text: string): string => {
  count += 1;
  const path = join(folder, `${count}.json`);
  writeFileSync(path, text);
  return path;
};
export const policy = (...Statement: readonly Part[]) => ({ Version: '2012-10-17', Statement });
export const policyFile = (...statements: readonly Part[]): string =>
  file(JSON.stringify(policy(...statements), null, 2));

export const run = async (
  args: readonly string[],
  stdin = '',
): Promise<{ readonly status: number; readonly out: string }> => {
  const io = memoryIo({ readFile: (path) => readFile(path, 'utf8'), readStdin: async () => stdin });
  return { status: await policyCommand.run(args, io), out: io.out() };
};
