import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../local/environment.ts';
import { ensureVenv } from '../local/python.ts';
import { documentedConfigs, wholeTemplate } from './documented-templates.ts';

/** `npm run lint:templates`: cfn-lint on every template that the app makes. The first run installs it into `.local/`. */

/** What is not asked for, and why. Any other error or warning fails. */
const ignored: Readonly<Record<string, string>> = {
  W3005:
    'The CDK lets a function wait for the policies of its role, and names the role with them: said twice, harmless.',
};

const templates = [
  ['KmsGuard', 'observe'],
  ['KmsGuard', 'enforce'],
  ['KmsGuard', 'organization'],
  ['KmsGuardRoles', 'observe'],
  ['KmsGuardMember', 'organizationObserve'],
  ['KmsGuardMember', 'organization'],
] as const;

/** Its own program names the folder in which it was installed, before that was moved into place. */
const runLint = 'import sys, cfnlint.runner; sys.exit(cfnlint.runner.main())';

const root = join(import.meta.dirname, '..');

/** Exit status. */
const lint = async (): Promise<number> => {
  const env = cleanEnvironment();
  const python = await ensureVenv({
    folder: join(root, '.local', 'cfn-lint'),
    requirements: join(import.meta.dirname, 'cfn-lint.txt'),
    env,
    onProgress: () => undefined,
  });
  const folder = mkdtempSync(join(tmpdir(), 'kms-guard-lint-'));
  try {
    const files = templates.map(([stack, config]) => {
      const file = join(folder, `${stack}-${config}.template.json`);
      writeFileSync(file, JSON.stringify(wholeTemplate(stack, documentedConfigs[config]), null, 1));
      return file;
    });
    const args = ['-c', runLint, '--ignore-checks', ...Object.keys(ignored), '--', ...files];
    return await new Promise((resolve) => {
      execFile(python, args, { env, cwd: folder }, (error, stdout, stderr) => {
        process.stdout.write(`${stdout}${stderr}`);
        resolve(error === null ? 0 : 1);
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

process.exitCode = await lint();
if (process.exitCode === 0) console.log(`cfn-lint: ${templates.length} templates, nothing to say`);
