import { keyAlert } from './alerts/key-alert.ts';
import type { PolicyChange } from './alerts/policy-change.ts';
import type { Call } from './calls/call.ts';
import type { Outcome } from './decision.ts';
import type { Facts } from './facts/facts.ts';
import { orUnknown } from './facts/or-unknown.ts';
import type { Intent } from './ledger/entries.ts';
import type { Pipeline } from './pipeline.ts';

type Told = {
  readonly call: Call;
  readonly facts: Facts;
  readonly intent: Intent;
  readonly outcomes: readonly Outcome[];
};

/** Puts the alert about a call into the outbox. No look at the key holds it up. */
export const tellCall = async (pipeline: Pipeline, { call, facts, intent, outcomes }: Told): Promise<void> => {
  const [after, aliases] = await Promise.all([look(pipeline, { call, outcomes }), aliasesOf(pipeline, facts)]);
  const policyChange = changeOf(pipeline, facts);
  await pipeline.ports.alerter.send(
    keyAlert({ call, facts: { ...facts, aliases }, intent, outcomes, after, policyChange }),
  );
};

/** After an attempted rescue the alert tells the real deletion date, if there still is one. */
const look = async (
  { ports }: Pipeline,
  { call: { keyArn }, outcomes }: { readonly call: Call; readonly outcomes: readonly Outcome[] },
) => (keyArn !== null && outcomes.length > 0 ? orUnknown(() => ports.reader.describe(keyArn)) : null);

/** People know a key by its alias: an alert names it even where no rule asked for it. */
const aliasesOf = async ({ ports }: Pipeline, { aliases, keyArn }: Facts): Promise<Facts['aliases']> =>
  aliases.known || aliases.reason !== 'not-fetched' ? aliases : orUnknown(() => ports.reader.aliases(keyArn));

/** An alert that cannot tell the change is still an alert. */
const changeOf = ({ ports, config, policyParts }: Pipeline, facts: Facts): PolicyChange | null => {
  try {
    return policyParts?.changeOf(facts, config) ?? null;
  } catch (error) {
    ports.log.error('the change of the policy could not be told', error);
    return null;
  }
};
