import type { NamedQueues } from '../shared/adapters/sqs-redrive.ts';
import type { StackPlace } from '../shared/adapters/stack-outputs.ts';
import { parseBody } from '../shared/calls/parse-body.ts';
import { parseDefenceBody } from '../shared/defence/parse-defence.ts';
import { redrive, type Redriven } from '../shared/redrive.ts';
import { type Command, type ExitStatus, type Io, readArgs, UsageError } from './command.ts';

const help = `kms-guard redrive [NAME...] [--stack NAME] [--region R] [--endpoint-url URL] [--json]

Puts dead letters of the deployed guard back into their queues, once what kept them from being handled is cured. Without a NAME
every queue; names are those of the stack's outputs: DeletionGuard, RotationGuard, PolicyGuard, SelfGuard, Outbox.
A message that nobody can read stays where it is and is named: it was reported when it came.

  --stack NAME         the stack that was deployed (default: KmsGuard)
  --region R           its Region (default: the Region at hand)
  --endpoint-url URL   instead of AWS's own endpoints
  --json               for programs

Exit status: 0 all put back, 1 some stay, 2 bad usage or no such stack.

Example: kms-guard redrive DeletionGuard
`;

export type OpenQueues = (place: StackPlace) => Promise<readonly NamedQueues[]>;

/** AWS with the credentials at hand; the SDK is loaded only for this. */
const openQueues: OpenQueues = async (place) => {
  const { deadLetterQueues } = await import('../shared/adapters/sqs-redrive.ts');
  return deadLetterQueues(place);
};

/** Why a message of a queue would only come back; the outbox holds what the guard itself wrote. */
const unreadable = (name: string, body: string): string | null => {
  if (name === 'Outbox') return null;
  const parsed = name === 'SelfGuard' ? parseDefenceBody(body) : parseBody(body);
  return parsed.unreadable ? parsed.reason : null;
};

export const redriveWith =
  (open: OpenQueues) =>
  async (args: readonly string[], io: Io): Promise<ExitStatus> => {
    const { values, positionals } = readArgs('redrive', args, {
      stack: { type: 'string', default: 'KmsGuard' },
      region: { type: 'string' },
      'endpoint-url': { type: 'string' },
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const { stack, region, 'endpoint-url': endpoint } = values;
    const place = {
      stack,
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
    const queues = chosen(await oneLine(() => open(place)), positionals);
    const results: Record<string, Redriven> = {};
    for (const { name, queues: pair } of queues) {
      results[name] = await oneLine(() => redrive(pair, (body) => unreadable(name, body)));
    }
    io.stdout(values.json ? `${JSON.stringify(results)}\n` : text(results));
    return Object.values(results).some(({ kept }) => kept.length > 0) ? 1 : 0;
  };

const chosen = (queues: readonly NamedQueues[], names: readonly string[]): readonly NamedQueues[] => {
  const known = queues.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new UsageError(`redrive: the stack has no queue "${stranger}"; it has ${known.join(', ') || 'none'}`);
  }
  return names.length === 0 ? queues : queues.filter(({ name }) => names.includes(name));
};

const text = (results: Readonly<Record<string, Redriven>>): string =>
  Object.entries(results)
    .flatMap(([name, { moved, kept }]) => [
      `${name}: ${moved} put back${kept.length === 0 ? '' : `, ${kept.length} stay`}\n`,
      ...kept.map(({ messageId, reason }) => `  ${messageId} cannot be read: ${reason}\n`),
    ])
    .join('');

const oneLine = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NotReached') throw error;
    throw new UsageError(`redrive: ${error.message}`, { cause: error });
  }
};

export const redriveCommand: Command = {
  name: 'redrive',
  summary: 'put dead letters of the deployed guard back into their queues',
  help,
  run: redriveWith(openQueues),
};
