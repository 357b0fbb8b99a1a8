import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import manifest from '../package.json' with { type: 'json' };
import { commands } from './commands.ts';
import { s3Store } from './s3-store.ts';
import { visible } from './visible.ts';
import { type ExitStatus, type Io, UsageError } from './command.ts';

const io: Io = {
  stdout: (line) => process.stdout.write(line),
  write: async (line) => {
    if (!process.stdout.write(line)) await once(process.stdout, 'drain');
  },
  stderr: (line) => process.stderr.write(line),
  readFile: (path) => readFile(path, 'utf8'),
  readStdin: () => text(process.stdin),
  objectStore: s3Store,
  color: process.stdout.isTTY && process.stdout.hasColors(),
  progress: process.stderr.isTTY,
};

const overview = (): string =>
  [
    'kms-guard: the compliance guard for AWS KMS keys',
    '',
    'Usage: kms-guard COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
    '',
    'Exit status: 0 nothing to flag, 1 flagged, 2 bad usage or unreadable input, 3 incomplete.',
    'See kms-guard COMMAND --help; kms-guard --version prints the version.',
    '',
  ].join('\n');

const run = async (args: readonly string[]): Promise<ExitStatus> => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout(overview());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === 'version') {
    io.stdout(`${manifest.version}\n`);
    return 0;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    throw new UsageError(`there is no command "${name}"; there are: ${commands.map((each) => each.name).join(', ')}`);
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout(`${command.help.trim()}\n`);
    return 0;
  }
  return command.run(rest, io);
};

// A reader that has seen enough (`| head`) closes the pipe: that is no error. On a full disk the work is incomplete.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  io.stderr(`kms-guard: the output could not be written (${error.message}); what was printed is not all\n`);
  process.exit(3);
});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    io.stderr(`kms-guard: ${visible(error.message)}\n`);
    process.exitCode = 2;
  } else {
    // Node's own status for it, 1, would say that something was flagged.
    io.stderr(`kms-guard: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 3;
  }
}
