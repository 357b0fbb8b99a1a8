import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

export type StackPlace = {
  readonly stack: string;
  readonly region?: string;
  readonly endpoint?: string;
};

/** What a deployed guard has, its stack, table or queue, is not where it was looked for, or may not be asked for. The message is one line. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

/** What every client needs to know of a place. */
export const clientOf = ({
  region,
  endpoint,
}: StackPlace): { readonly region?: string; readonly endpoint?: string } => ({
  ...(region === undefined ? {} : { region }),
  ...(endpoint === undefined ? {} : { endpoint }),
});

/** The outputs of a stack that was deployed, by name. @throws NotReached */
export const stackOutputs = async (place: StackPlace): Promise<ReadonlyMap<string, string>> => {
  const client = new CloudFormationClient(clientOf(place));
  const { Stacks: stacks } = await asked(`the stack ${place.stack}`, () =>
    client.send(new DescribeStacksCommand({ StackName: place.stack })),
  );
  const outputs = stacks?.[0]?.Outputs ?? [];
  return new Map(outputs.map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]));
};

/** @throws NotReached with what was asked for, and why there is no answer. */
export const asked = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new NotReached(`${what} could not be asked for (${why}); check credentials, Region and --endpoint-url`, {
      cause: error,
    });
  }
};
