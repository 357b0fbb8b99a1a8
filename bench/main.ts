import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** `npm run --silent bench -- NAME [options]`: runs `bench/NAME.ts`; without NAME lists what there is. */
const parts = new Set(['main', 'figure']);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .filter((name) => !parts.has(name));

const [name, ...options] = process.argv.slice(2);
if (name === undefined) {
  process.stdout.write(`${names.join('\n')}\n`);
} else if (!names.includes(name) || !existsSync(`${import.meta.dirname}/${name}.ts`)) {
  process.stderr.write(`bench: there is no benchmark "${name}"; there are: ${names.join(', ')}\n`);
  process.exitCode = 2;
} else {
  const args = ['--expose-gc', `${import.meta.dirname}/${name}.ts`, ...options];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}
