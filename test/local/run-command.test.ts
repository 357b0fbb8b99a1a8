import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LocalError } from '../../local/local-error.ts';
import { runCommand } from '../../local/run-command.ts';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'run-command-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const node = (script: string) => ({ file: process.execPath, args: ['-e', script], env: {}, log: join(folder, 'log') });

describe('runCommand', () => {
  test('gives exit code and last lines, and logs everything', async () => {
    const lines: string[] = [];
    const script = `for (let i = 1; i <= 50; i += 1) console.log('line', i); process.exitCode = 3;`;
    const ended = await runCommand({ ...node(script), onLine: (line) => lines.push(line) });
    expect(ended.code).toBe(3);
    expect(ended.tail).toHaveLength(40);
    expect(ended.tail.at(-1)).toBe('line 50');
    expect(lines).toHaveLength(50);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toContain('line 1\n');
  });

  test('inherits nothing of our environment', async () => {
    const ended = await runCommand(node('console.log(Object.keys(process.env).filter((k) => k === "HOME").length)'));
    expect(ended.tail).toEqual(['0']);
  });

  test('says what cannot be started', async () => {
    const missing = runCommand({ ...node(''), file: 'no-such-program' });
    await expect(missing).rejects.toThrow(LocalError);
    await expect(missing).rejects.toThrow('no-such-program cannot be started');
  });

  test('ends the command when aborted', async () => {
    const controller = new AbortController();
    const running = runCommand({
      ...node('console.log(process.pid); setInterval(() => {}, 1000);'),
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
