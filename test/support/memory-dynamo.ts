import type { FakeRequest, Reply } from './fake-aws.ts';
import * as z from 'zod/mini';

/**
 * DynamoDB in memory, as much of it as a guard asks for: reads, conditional writes, transactions. Its conditions are compared
 * as DynamoDB does; an expression that it does not know is an error, never taken for true.
 */
type Value = { readonly S?: string | undefined; readonly N?: string | undefined };
type Item = Readonly<Record<string, Value>>;

const item = z.record(z.string(), z.object({ S: z.optional(z.string()), N: z.optional(z.string()) }));
const write = z.looseObject({
  Key: z.optional(item),
  Item: z.optional(item),
  UpdateExpression: z.optional(z.string()),
  ConditionExpression: z.optional(z.string()),
  KeyConditionExpression: z.optional(z.string()),
  ExpressionAttributeValues: z._default(item, {}),
  ReturnValuesOnConditionCheckFailure: z.optional(z.string()),
});
type Write = z.infer<typeof write>;
const transaction = z.object({
  TransactItems: z.array(z.object({ Put: z.optional(write), Update: z.optional(write) })),
});

export type MemoryDynamo = {
  readonly answer: (request: FakeRequest) => Reply;
  readonly items: ReadonlyMap<string, Item>;
};

const idOf = (key: Item | undefined): string => `${key?.['pk']?.S} ${key?.['sk']?.S}`;

export const memoryDynamo = (): MemoryDynamo => {
  const items = new Map<string, Item>();
  const before = (asked: Write): Item | undefined => items.get(idOf(asked.Key ?? asked.Item));
  const put = (asked: Write): Item => {
    const after = asked.Item ?? updated(asked, before(asked));
    items.set(idOf(after), after);
    return after;
  };
  const change = (asked: Write): Reply => {
    const was = before(asked);
    if (!holds(asked, was)) {
      const shows = asked.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && was !== undefined;
      return { error: 'ConditionalCheckFailedException', data: shows ? { Item: was } : {} };
    }
    return { body: { Attributes: put(asked) } };
  };
  const transact = (body: unknown): Reply => {
    const writes = transaction.parse(body).TransactItems.flatMap(({ Put, Update }) => Put ?? Update ?? []);
    const failed = writes.map((each) => !holds(each, before(each)));
    if (failed.includes(true)) {
      const reasons = failed.map((is) => ({ Code: is ? 'ConditionalCheckFailed' : 'None' }));
      return { error: 'TransactionCanceledException', data: { CancellationReasons: reasons } };
    }
    for (const each of writes) put(each);
    return { body: {} };
  };
  const query = ({ ExpressionAttributeValues: values, KeyConditionExpression: condition }: Write): Reply => {
    if (condition !== 'pk = :pk') return { error: 'ValidationException', message: `unknown: ${condition}` };
    const found = [...items.values()].filter(({ pk }) => pk?.S === values[':pk']?.S);
    return { body: { Items: found, Count: found.length } };
  };
  return {
    items,
    answer: ({ action, body }) => {
      switch (action) {
        case 'GetItem': {
          const found = before(write.parse(body));
          return { body: found === undefined ? {} : { Item: found } };
        }
        case 'PutItem':
        case 'UpdateItem':
          return change(write.parse(body));
        case 'TransactWriteItems':
          return transact(body);
        case 'Query':
          return query(write.parse(body));
        default:
          return { error: 'UnknownOperationException' };
      }
    },
  };
};

/** `OR` of `AND`s of single conditions: what the ledger writes, in parentheses or not. */
const holds = ({ ConditionExpression: text, ExpressionAttributeValues: values }: Write, was: Item | undefined) =>
  text === undefined ||
  text.split(' OR ').some((part) =>
    part
      .replace(/^\((.*)\)$/, '$1')
      .split(' AND ')
      .every((each) => single(each.trim(), values, was)),
  );

const single = (text: string, values: Item, was: Item | undefined): boolean => {
  const missing = /^attribute_not_exists\((\w+)\)$/.exec(text)?.[1];
  if (missing !== undefined) return was?.[missing] === undefined;
  const [, name = '', sign, value = ''] = /^(\w+) (=|<) (:\w+)$/.exec(text) ?? [];
  const [left, right] = [was?.[name], values[value]];
  if (sign === '=') return left !== undefined && left.S === right?.S && left.N === right?.N;
  if (sign === '<') return left?.N !== undefined && Number(left.N) < Number(right?.N);
  throw new TypeError(`a condition that the memory does not know: ${text}`);
};

const updated = (
  { UpdateExpression: text = '', ExpressionAttributeValues: values, Key: key }: Write,
  was?: Item,
): Item => {
  const [, sets = '', , adds = ''] = /^SET (.*?)( ADD (.*))?$/.exec(text) ?? [];
  const after: Record<string, Value> = { ...was, ...key };
  for (const each of sets.split(/, (?![^(]*\))/)) {
    const [name = '', value = ''] = each.split(' = ');
    const kept = /^if_not_exists\((\w+), (:\w+)\)$/.exec(value);
    const given = kept === null ? values[value] : (after[kept[1] ?? ''] ?? values[kept[2] ?? '']);
    if (given === undefined) throw new TypeError(`an update that the memory does not know: ${text}`);
    after[name] = given;
  }
  for (const each of adds === '' ? [] : adds.split(', ')) {
    const [name = '', value = ''] = each.split(' ');
    after[name] = { N: String(Number(after[name]?.N ?? 0) + Number(values[value]?.N ?? Number.NaN)) };
  }
  return after;
};
