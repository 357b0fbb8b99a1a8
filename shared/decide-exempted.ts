import { deedOf } from './approvals.ts';
import type { Call } from './calls/call.ts';
import { isFlagged } from './decide.ts';
import type { Decision, RuleVerdict } from './decision.ts';
import { decideAll } from './evaluate.ts';
import { configuredOnly, type Exemptions, isApprovable, schedulingOf } from './exemptions.ts';
import { type Fact, type Facts, known, unknown } from './facts/facts.ts';
import { orUnknown } from './facts/or-unknown.ts';
import type { Pipeline } from './pipeline.ts';
import { waiverLooks } from './waivers.ts';

type Judged = {
  readonly call: Call;
  readonly facts: Facts;
  readonly verdicts: readonly RuleVerdict[];
  readonly now: number;
  /** No answer of the ledger sends the call back to its queue any more: what it would have allowed is not allowed. */
  readonly settleForUnknown: boolean;
};

type Ask = <T>(read: () => Promise<Fact<T>>) => Promise<Fact<T>>;
const plainly: Ask = (read) => read();

/**
 * Decides with what people have allowed in the ledger, which is asked only where something is flagged. An approval is taken
 * for the event before the decision counts: it permits one deletion.
 */
export const decideExempted = async (pipeline: Pipeline, judged: Judged): Promise<Decision> => {
  if (!judged.verdicts.some(isFlagged)) return decideAll(pipeline, judged);
  const ask = judged.settleForUnknown ? orUnknown : plainly;
  const exemptions = await loadExemptions(pipeline, judged, ask);
  const decision = decideAll(pipeline, { ...judged, exemptions });
  const refusal = await takeApproval(pipeline, { judged, decision, ask });
  if (refusal === null) return decision;
  return decideAll(pipeline, { ...judged, exemptions: { ...exemptions, approvals: unknown('failed', refusal) } });
};

const loadExemptions = async ({ ports, config }: Pipeline, judged: Judged, ask: Ask): Promise<Exemptions> => {
  const { call, facts, verdicts } = judged;
  const { keyArn } = call;
  const configured = configuredOnly(facts);
  if (keyArn === null) return configured;
  const approvable = schedulingOf(call) !== null && verdicts.some(isApprovable);
  const [approvals, waivers] = await Promise.all([
    approvable ? ask(() => ports.approvals.of(keyArn)) : known([]),
    ask(() => ports.waivers.all()),
  ]);
  const all = [...config.waivers, ...(waivers.known ? waivers.value : [])];
  const looks = waiverLooks(
    all,
    verdicts.filter(isFlagged).map(({ rule }) => rule.id),
  );
  const isNews = (fact: Fact<unknown>): boolean => !fact.known && fact.reason === 'not-fetched';
  const [aliases, tags] = await Promise.all([
    looks.has('aliases') && isNews(facts.aliases) ? ask(() => ports.reader.aliases(keyArn)) : facts.aliases,
    looks.has('tags') && isNews(facts.tags) ? ask(() => ports.reader.tags(keyArn)) : facts.tags,
  ]);
  return { approvals, waivers, aliases, tags };
};

type Taking = { readonly judged: Judged; readonly decision: Decision; readonly ask: Ask };

/** Null: nothing stands against the decision. Else why its approval is not to be had. */
const takeApproval = async ({ ports }: Pipeline, { judged, decision, ask }: Taking): Promise<string | null> => {
  const approved = decision.reasons.find((reason) => reason.id === 'approved');
  const { keyArn } = judged.call;
  const eventID = deedOf(judged.call);
  if (approved === undefined || keyArn === null) return null;
  const at = new Date(judged.now).toISOString();
  const { metadata } = judged.facts;
  const deletionDate = metadata.known ? metadata.value.deletionDate : null;
  const use = () => ports.approvals.use({ keyArn, id: approved.approval, eventID, at, deletionDate });
  const taken = await ask(async () => known(await use()));
  if (!taken.known) return taken.detail;
  return taken.value ? null : `approval ${approved.approval} was revoked or used at this very moment`;
};
