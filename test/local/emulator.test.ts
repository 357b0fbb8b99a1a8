import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator } from '../../local/emulator.ts';
import { LocalError } from '../../local/local-error.ts';

let scratch = '';
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), 'emulator-'))));
afterAll(() => rmSync(scratch, { recursive: true }));

const options = (python: string, signal?: AbortSignal) => ({
  python,
  bridgeUrl: 'http://127.0.0.1:9',
  token: 'token',
  scratch,
  log: join(scratch, 'log'),
  path: '',
  ...(signal === undefined ? {} : { signal }),
});

describe('an emulator that does not start', () => {
  test('says its last words', async () => {
    // Node refuses Python's arguments, as a broken Python would refuse to work.
    const starting = startEmulator(options(process.execPath));
    await expect(starting).rejects.toThrow(LocalError);
    await expect(starting).rejects.toThrow(/ended while starting on 127\.0\.0\.1:\d+: .*bad option: -B/);
  });

  test('is told apart when its Python is not there', async () => {
    await expect(startEmulator(options(join(scratch, 'no-python')))).rejects.toThrow(LocalError);
  });

  test('gives up at once when cancelled', async () => {
    const starting = startEmulator(options(process.execPath, AbortSignal.abort()));
    await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
