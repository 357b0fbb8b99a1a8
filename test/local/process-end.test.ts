import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

const MODULE = new URL('../../local/process-end.ts', import.meta.url).href;

/** Runs a script in a process of its own; what it printed, and how it ended. */
async function ended(script: string, signal?: NodeJS.Signals): Promise<{ said: string; code: unknown; by: unknown }> {
  const source = `import { onProcessEnd } from '${MODULE}';\n${script}\nconsole.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source]);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (signal !== undefined && text.includes('ready')) child.kill(signal);
  });
  const [code, by]: unknown[] = await once(child, 'close');
  return { said: said.replace('ready\n', ''), code, by };
}

const WAIT = 'setInterval(() => {}, 1000);';

describe('onProcessEnd', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('runs on %s, which then ends the process', async (signal) => {
    const how = await ended(`onProcessEnd(() => console.log('cleaned')); ${WAIT}`, signal);
    expect(how).toEqual({ said: 'cleaned\n', code: null, by: signal });
  });

  test('runs on exit and on a crash, last in first out', async () => {
    const two = `onProcessEnd(() => console.log('first')); onProcessEnd(() => console.log('second'));`;
    expect(await ended(`${two} setTimeout(() => process.exit(3));`)).toMatchObject({
      said: 'second\nfirst\n',
      code: 3,
    });
    expect(await ended(`${two} setTimeout(() => { throw new Error('crash') });`)).toMatchObject({
      said: 'second\nfirst\n',
    });
  });

  test('leaves a signal to whoever else listens', async () => {
    const script = `onProcessEnd(() => console.log('cleaned'));
      process.on('SIGTERM', () => { console.log('in good order'); process.exit(0); }); ${WAIT}`;
    expect(await ended(script, 'SIGTERM')).toEqual({ said: 'in good order\ncleaned\n', code: 0, by: null });
  });

  test('does nothing once disarmed, and listens no more', async () => {
    const script = `onProcessEnd(() => console.log('cleaned'))();
      console.log(process.listenerCount('SIGTERM') + process.listenerCount('exit'));`;
    expect(await ended(script)).toMatchObject({ said: '0\n', code: 0 });
  });
});
