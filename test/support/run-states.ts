import * as z from 'zod/mini';

/** A little of the Amazon States Language: as much as the sweep's state machine is written in. */
const choice = z.looseObject({ Variable: z.string(), Next: z.string() });
const catcher = z.object({ ErrorEquals: z.array(z.string()), ResultPath: z.string(), Next: z.string() });
const stateSchema = z.looseObject({
  Type: z.enum(['Task', 'Choice', 'Map', 'Succeed', 'Fail']),
  Next: z.optional(z.string()),
  End: z.optional(z.boolean()),
  Default: z.optional(z.string()),
  Choices: z.optional(z.array(choice)),
  Catch: z.optional(z.array(catcher)),
  Parameters: z.optional(z.looseObject({ FunctionName: z.optional(z.string()) })),
  ItemSelector: z.optional(z.record(z.string(), z.unknown())),
  ItemProcessor: z.optional(z.looseObject({ StartAt: z.string(), States: z.record(z.string(), z.unknown()) })),
  Retry: z.optional(z.array(z.looseObject({ ErrorEquals: z.array(z.string()) }))),
  TimeoutSeconds: z.optional(z.number()),
});
export const machineSchema = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), stateSchema) });

export type State = z.infer<typeof stateSchema>;
export type Machine = z.infer<typeof machineSchema>;
type Data = Readonly<Record<string, unknown>>;

export const childrenOf = ({ ItemProcessor }: State): Machine => machineSchema.parse(ItemProcessor);

export type Ended = { readonly status: 'succeeded' | 'failed'; readonly path: readonly string[] };

type Context = {
  /** A function by its ARN; what it throws is a failure after all retries. */
  readonly invoke: (name: string, payload: Data) => Data;
  /** What the Map's ItemReader reads. */
  readonly items: readonly Data[];
  readonly toleratedPercent: number;
};

/** Runs a machine to its end, one child after the other. */
export const runStates = (machine: Machine, input: Data, context: Context): Ended => {
  const path: string[] = [];
  let data = input;
  let at: string | undefined = machine.StartAt;
  while (at !== undefined) {
    path.push(at);
    const state: State | undefined = machine.States[at];
    if (state === undefined) throw new Error(`there is no state ${at}`);
    if (state.Type === 'Succeed' || state.Type === 'Fail') {
      return { status: state.Type === 'Succeed' ? 'succeeded' : 'failed', path };
    }
    if (path.length > 1_000) throw new Error('it goes round for ever');
    [data, at] = step(state, data, context);
    if (at === undefined && state.End === true) return { status: 'succeeded', path };
  }
  throw new Error(`${path.join(' ')} does not end`);
};

const step = (state: State, data: Data, context: Context): [Data, string | undefined] => {
  if (state.Type === 'Choice') {
    const met = state.Choices?.find((rule) => holds(rule, data));
    return [data, met?.Next ?? state.Default];
  }
  try {
    if (state.Type === 'Map') return [runMap(state, data, context), state.Next];
    return [context.invoke(state.Parameters?.FunctionName ?? '', payloadOf(state, data)), state.Next];
  } catch (error) {
    const caught = state.Catch?.[0];
    if (caught === undefined) throw error;
    const failure = { Error: error instanceof Error ? error.name : 'Error', Cause: String(error) };
    return [{ ...data, [caught.ResultPath.slice(2)]: failure }, caught.Next];
  }
};

const runMap = (state: State, data: Data, context: Context): Data => {
  const failed = context.items.filter((item) => {
    const map = { '$$.Map.Item.Value.account': item['account'], '$$.Map.Item.Value.region': item['region'] };
    const input = filled(state.ItemSelector ?? {}, data, map);
    try {
      return runStates(childrenOf(state), input, context).status === 'failed';
    } catch {
      return true;
    }
  });
  if (failed.length * 100 > context.toleratedPercent * context.items.length) throw new Error('too many failed');
  return data;
};

const payloadOf = ({ Parameters }: State, data: Data): Data => {
  const { Payload, ...rest } = Parameters ?? {};
  if ('Payload.$' in rest) return data;
  const context = { '$$.Execution.Name': 'run-1', '$$.Execution.StartTime': '2026-11-20T02:00:00.000Z' };
  return filled(z.record(z.string(), z.unknown()).parse(Payload), data, context);
};

/** `name.$` takes its value from the input or the context. */
const filled = (template: Data, data: Data, context: Data): Data =>
  Object.fromEntries(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith('.$')) return [name, value];
      const path = String(value);
      return [name.slice(0, -2), path === '$' ? data : path.startsWith('$$') ? context[path] : data[path.slice(2)]];
    }),
  );

const holds = (rule: z.infer<typeof choice>, data: Data): boolean => {
  const value = data[rule.Variable.slice(2)];
  if ('BooleanEquals' in rule) return value === rule['BooleanEquals'];
  if (typeof rule['NumericGreaterThan'] === 'number') return Number(value) > rule['NumericGreaterThan'];
  throw new Error('a rule of a kind that nobody wrote');
};
