import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

export type StackPlace = {
  readonly stack: string;
  readonly region?: string;
  readonly endpoint?: string;
};

/** There is no ledger where it was looked for, or it may not be looked for. The message is one line. */
export class NoLedger extends Error {
  override readonly name = 'NoLedger';
}

/** What every client needs to know of a place. */
export const clientOf = ({
  region,
  endpoint,
}: StackPlace): { readonly region?: string; readonly endpoint?: string } => ({
  ...(region === undefined ? {} : { region }),
  ...(endpoint === undefined ? {} : { endpoint }),
});

/** The outputs of a stack that was deployed, by name. @throws NoLedger */
export const stackOutputs = async (place: StackPlace): Promise<ReadonlyMap<string, string>> => {
  const client = new CloudFormationClient(clientOf(place));
  const { Stacks: stacks } = await asked(`the stack ${place.stack}`, () =>
    client.send(new DescribeStacksCommand({ StackName: place.stack })),
  );
  const outputs = stacks?.[0]?.Outputs ?? [];
  return new Map(outputs.map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]));
};

/** @throws NoLedger with what was asked for, and why there is no answer. */
export const asked = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new NoLedger(`${what} could not be asked for (${why}); check credentials, Region and --endpoint-url`, {
      cause: error,
    });
  }
};
