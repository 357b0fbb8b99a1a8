import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type Io, UsageError } from './command.ts';

/** Runs `local/background/main.ts` and returns the JSON that it says. @throws UsageError with its last words. */
export type RunLocal = (args: readonly string[], io: Pick<Io, 'stderr' | 'progress'>) => Promise<string>;

/** `program`: null outside a checkout. In a process of its own: the package has no emulator, no bridge and no CDK app. */
export const runLocal =
  (program: string | null): RunLocal =>
  async (args, io) => {
    if (program === null) {
      throw new UsageError(
        'local: needs a checkout of kms-guard, with its emulator and CDK app; there: npm ci && npm run guard -- local up',
      );
    }
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = text(child.stdout);
    let last = '';
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => {
      last = line;
      if (io.progress) io.stderr(`  ${line}\n`);
    });
    const [status] = await once(child, 'close');
    if (status !== 0) throw new UsageError(last === '' ? `local: it ended with status ${status}` : last);
    return said;
  };
