import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { demoConfig } from '../demo/demo-slack.ts';
import { LocalError } from '../local-error.ts';
import { down } from './down.ts';
import { checkoutFolder, handleIn, statusOf } from './place.ts';
import { up } from './up.ts';

/**
 * `node main.ts up|down|status [--config FILE] [--slack-port N] [--folder FOLDER]`: what `kms-guard local` runs in a checkout.
 * One JSON object on stdout, progress on stderr; what went wrong is one line on stderr, and the status 2.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    config: { type: 'string', default: demoConfig },
    'slack-port': { type: 'string', default: '0' },
    folder: { type: 'string', default: checkoutFolder },
  },
});
const { config, folder, 'slack-port': slackPort } = values;

const answer = async (): Promise<unknown> => {
  switch (positionals[0]) {
    case 'up': {
      const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
      const { status, was } = await up({ folder, config: resolve(config), slackPort: Number(slackPort), onProgress });
      return { running: true, was, ...status };
    }
    case 'down':
      return { running: false, was: (await down(folder)) ? 'ended' : 'down' };
    default: {
      const handle = await handleIn(folder);
      const status = handle === null ? null : await statusOf(handle);
      return status === null ? { running: false } : { running: true, ...status };
    }
  }
};

try {
  process.stdout.write(`${JSON.stringify(await answer())}\n`);
} catch (error) {
  if (!(error instanceof LocalError)) process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
