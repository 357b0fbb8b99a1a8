import { describe, expect, it } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { redriveWith } from '../../cli/redrive.ts';
import type { NamedQueues } from '../../shared/adapters/sqs-redrive.ts';
import { NotReached } from '../../shared/adapters/stack-outputs.ts';
import { envelope, record } from '../support/records.ts';
import { memoryIo } from '../support/memory-io.ts';

const call = JSON.stringify(envelope(record({ eventName: 'ScheduleKeyDeletion' })));

const queue = (name: string, bodies: readonly string[]): NamedQueues & { readonly source: string[] } => {
  const source: string[] = [];
  let pages = [
    bodies.map((body, index) => ({ messageId: `${name}-${index}`, body, group: null, remove: async () => undefined })),
  ];
  return {
    name,
    source,
    queues: {
      receive: async () => {
        const [page = [], ...others] = pages;
        pages = others;
        return page;
      },
      putBack: async ({ body }) => void source.push(body),
    },
  };
};

const run = async (args: readonly string[], queues: readonly NamedQueues[]) => {
  const io = memoryIo();
  const status = await redriveWith(async () => queues)(args, io);
  return { status, out: io.out() };
};

describe('kms-guard redrive', () => {
  it('puts the calls of every queue back', async () => {
    const [deletion, policy] = [queue('DeletionGuard', [call, call]), queue('PolicyGuard', [])];
    expect(await run([], [deletion, policy])).toEqual({
      status: 0,
      out: 'DeletionGuard: 2 put back\nPolicyGuard: 0 put back\n',
    });
    expect(deletion.source).toEqual([call, call]);
  });

  it('leaves what nobody can read, and says so', async () => {
    const deletion = queue('DeletionGuard', ['{"not a call', call]);
    const { status, out } = await run(['--json'], [deletion]);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({
      DeletionGuard: {
        moved: 1,
        kept: [{ messageId: 'DeletionGuard-0', reason: expect.stringContaining('not JSON') }],
      },
    });
  });

  it('takes the queues that are named, and the outbox as it is', async () => {
    const [deletion, outbox] = [queue('DeletionGuard', [call]), queue('Outbox', ['{"alert":1}'])];
    expect(await run(['Outbox'], [deletion, outbox])).toEqual({ status: 0, out: 'Outbox: 1 put back\n' });
    expect([deletion.source, outbox.source]).toEqual([[], ['{"alert":1}']]);
  });

  it.each([
    ['a queue that is not there', ['Inbox'], 'redrive: the stack has no queue "Inbox"; it has DeletionGuard'],
    ['an option that is not there', ['--all'], `redrive: Unknown option '--all'; see "kms-guard redrive --help"`],
  ])('says %s in one line', async (_, args, line) => {
    await expect(run(args, [queue('DeletionGuard', [])])).rejects.toThrow(new UsageError(line));
  });

  it('says in one line that there is no such stack', async () => {
    const open = () => Promise.reject(new NotReached('the stack X could not be reached'));
    await expect(redriveWith(open)(['--stack', 'X'], memoryIo())).rejects.toThrow(
      new UsageError('redrive: the stack X could not be reached'),
    );
  });
});
