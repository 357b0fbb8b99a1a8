import { describe, expect, test } from 'vitest';
import { LocalError } from '../../local/local-error.ts';
import { findPython } from '../../local/python.ts';

/** A machine with these Pythons on its PATH. */
function machine(pythons: Readonly<Record<string, string>>) {
  return async (file: string) => {
    const version = pythons[file];
    if (version === undefined) throw new LocalError(`${file} cannot be started: ENOENT`);
    return { code: 0, tail: [version] };
  };
}

describe('findPython', () => {
  test('takes the first that is new enough', async () => {
    const run = machine({ python3: '3.9.18', 'python3.12': '3.12.1', 'python3.10': '3.10.13' });
    expect(await findPython(run)).toEqual({ file: 'python3.12', version: '3.12.1' });
  });

  test('says what it found instead', async () => {
    const run = machine({ python3: '3.9.18', python: '2.7.18' });
    await expect(findPython(run)).rejects.toThrow('only Python 3.9.18, 2.7.18 was found');
  });

  test('says that there is none', async () => {
    await expect(findPython(machine({}))).rejects.toThrow(/no Python was found on the PATH\. Install Python 3\.10/);
  });

  test('passes by a shim that points nowhere', async () => {
    const run = async (file: string) =>
      file === 'python3' ? { code: 127, tail: ['pyenv: no such version'] } : { code: 0, tail: ['3.13.0'] };
    expect(await findPython(run)).toEqual({ file: 'python3.14', version: '3.13.0' });
  });
});
