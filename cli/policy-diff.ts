import { diffPolicies, type PolicyDiff } from '../shared/policy/index.ts';
import { type ExitStatus, type Io, readArgs, UsageError } from './command.ts';
import { zoneFrom } from './policy-check.ts';
import { readPolicy } from './policy-input.ts';
import { diffText } from './policy-text.ts';
import { accountOf, zoneOptions } from './policy-zone.ts';

const COMMAND = 'policy diff';
const OUTSIDE = new Set(['public', 'external', 'conditional', 'service']);

/** `policy diff OLD NEW --account ID`: who gained and who lost what. */
export const policyDiff = async (args: readonly string[], io: Io): Promise<ExitStatus> => {
  const { values, positionals } = readArgs(COMMAND, args, zoneOptions);
  const [oldFile, newFile, ...more] = positionals;
  if (oldFile === undefined || newFile === undefined || more.length > 0) {
    throw new UsageError(`${COMMAND}: name two files, OLD and NEW; see "kms-guard policy --help"`);
  }
  const account = accountOf(values.account, values.key, COMMAND);
  const zone = await zoneFrom(io, values.config, { account, org: values.org ?? null, trust: values.trust ?? [] });
  const before = await readPolicy(io, oldFile, COMMAND);
  const after = await readPolicy(io, newFile, COMMAND);
  const diff = diffPolicies({ before: before.policy, after: after.policy }, zone, { keyArn: values.key ?? null });
  const { gained, lost, delegation, becamePublic, becameUnmanageable } = diff;
  if (values.json) io.stdout(`${JSON.stringify({ gained, lost, becamePublic, becameUnmanageable, delegation })}\n`);
  else io.stdout(diffText(diff, io));
  return statusOf(diff);
};

/** A public policy is flagged even when the search for what was gained ended without a name. */
export const statusOf = ({ gained, becamePublic, becameUnmanageable }: PolicyDiff): ExitStatus =>
  becamePublic || becameUnmanageable || gained.some((one) => OUTSIDE.has(one.who)) ? 1 : 0;
