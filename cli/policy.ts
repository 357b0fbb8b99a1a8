import { type Command, UsageError } from './command.ts';
import { policyCan } from './policy-can.ts';
import { policyCheck } from './policy-check.ts';
import { policyDiff } from './policy-diff.ts';

const help = `
kms-guard policy check FILE --account ID [--org o-...] [--trust ACCOUNT|o-...|SERVICE]... [--key ARN] [--json]
  Who outside the trust zone gets in, can the key still be managed, what is bad practice.
  FILE is a key policy, a CloudFormation template (JSON or YAML) or the output of "terraform show -json"; "-" for standard input. --encryption-context also flags use without one.
  --batch FILE.jsonl reads lines {"id","policy","key","account","org","trust":[...]} and prints a line each.

kms-guard policy can FILE --principal ARN|SERVICE|* --action kms:X [--context KEY=VALUE]... [--key ARN] [--json]
  Evaluates one request against the key policy alone. Exit status 0 for Allow, 1 otherwise.
  --batch FILE.jsonl reads lines {"id","policy","request":{...}} and prints {"id","decision"} each.

kms-guard policy diff OLD NEW --account ID [--org o-...] [--trust ...]... [--key ARN] [--json]
  Who gained and who lost what between two versions.

Example: kms-guard policy check key-policy.json --account 111122223333 --org o-a1b2c3d4e5 --trust 444455556666
`;

export const policyCommand: Command = {
  name: 'policy',
  summary: 'who can use a key, by its key policy: check, can, diff',
  help,
  run: async (args, io) => {
    const [action, ...rest] = args;
    switch (action) {
      case 'check':
        return policyCheck(rest, io);
      case 'can':
        return policyCan(rest, io);
      case 'diff':
        return policyDiff(rest, io);
      default:
        throw new UsageError(`policy: say check, can or diff, not "${action ?? ''}"; see "kms-guard policy --help"`);
    }
  },
};
