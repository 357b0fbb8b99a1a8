import { DescribeRuleCommand, type EventBridgeClient, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import { type Fact, known, unknown } from '../facts/facts.ts';
import type { DescribedRule } from '../facts/forwarding.ts';
import { orUnknown } from '../facts/or-unknown.ts';
import type { ForwardingReader } from '../ports.ts';
import { askAws } from './aws-faults.ts';

/** The member template has fewer than ten; whoever makes hundreds only wants the sweep to ask for each. */
const mostRules = 50;

/**
 * The rules of the default bus that have `busArn` as a target: one whose target was taken away is not listed. A rule that
 * cannot be described is that rule's matter alone.
 */
export const forwardingReader = (client: EventBridgeClient, busArn: string): ForwardingReader => ({
  forwarding: async () => {
    const names = await askAws('events:ListRuleNamesByTarget', () => ruleNames(client, busArn));
    if (!names.known) return names;
    const read = async (name: string) => ({ name, described: await orUnknown(() => describe(client, name)) });
    return known({ busArn, rules: await Promise.all(names.value.map(read)) });
  },
});

const ruleNames = async (client: EventBridgeClient, busArn: string): Promise<Fact<readonly string[]>> => {
  const names: string[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new ListRuleNamesByTargetCommand({ TargetArn: busArn, NextToken: next }));
    if (page.RuleNames === undefined) return unknown('failed', 'events:ListRuleNamesByTarget answered in part');
    names.push(...page.RuleNames);
    if (names.length > mostRules) return unknown('failed', `more than ${mostRules} rules send to ${busArn}`);
    next = page.NextToken;
  } while (next !== undefined);
  return known(names);
};

const describe = (client: EventBridgeClient, name: string): Promise<Fact<DescribedRule>> =>
  askAws('events:DescribeRule', async () => {
    const { State, EventPattern } = await client.send(new DescribeRuleCommand({ Name: name }));
    return State === undefined
      ? unknown('failed', 'DescribeRule did not tell the state')
      : known({ state: State, eventPattern: EventPattern ?? null });
  });
