import type { KmsAction } from '../action-catalogue.ts';
import type { KeyRequest } from '../request.ts';
import type { Caller } from './callers.ts';
import { spelling } from './condition-keys.ts';
import { type Domain, type KeyValue, settled } from './domain.ts';
import type { Domains, Scene } from './domains.ts';
import type { KeySolver } from './solve-key.ts';
import type { Model } from './solver.ts';

/** Keys that every call of a person, or of a service, carries. */
const PERSON = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:userid',
  'aws:viaawsservice',
  'aws:sourceip',
  'aws:sourcevpce',
  'aws:principalorgid',
  'kms:calleraccount',
  'kms:viaservice',
];
const SERVICE = ['aws:principalisawsservice', 'aws:principalservicename', 'aws:viaawsservice'];
const EVERYBODY = ['aws:securetransport', 'aws:currenttime', 'aws:resourceaccount'];

export type WitnessTools = {
  readonly domains: Domains;
  readonly keys: KeySolver;
  readonly keyArn: string | null;
  /** Keys that the policies read, as they spell them. */
  readonly spelled: ReadonlyMap<string, string>;
};

/** Completes a model to one concrete request: nothing is left open that a real call would carry. */
export const witnessOf = (scene: Scene, model: Model, tools: WitnessTools): KeyRequest => {
  const context: Record<string, string | readonly string[]> = {};
  const put = (key: string, value: KeyValue): void => {
    if (value === null || value.length === 0) return;
    context[tools.spelled.get(key) ?? spelling(key)] = value.length === 1 ? (value[0] ?? '') : value;
    if (key === 'aws:currenttime') addEpoch(context, value[0] ?? '');
  };
  const complete = (keys: Iterable<string>): void => {
    for (const key of keys) if (!model.has(key)) put(key, plainValue(tools.domains.of(key, scene), tools.keys));
  };
  for (const [key, value] of model) put(key, value);
  complete(scene.caller.kind === 'service' ? SERVICE : PERSON);
  complete(EVERYBODY);
  complete(tools.spelled.keys());
  const arn = model.get(ARN) ?? plainValue(tools.domains.of(ARN, scene), tools.keys);
  return request(scene.caller, scene.action, { context, arn: arn?.[0] ?? '*', resource: tools.keyArn });
};

const ARN = 'aws:principalarn';

/** What a call carries that has no reason to carry anything else. */
const plainValue = (domain: Domain, keys: KeySolver): KeyValue => {
  if (domain.absent !== 'never') return null;
  const only = settled(domain);
  if (only !== undefined) return only;
  const solution = keys.solve(domain, []);
  return solution.kind === 'value' ? solution.value : null;
};

/** `aws:CurrentTime` and `aws:EpochTime` are one instant. */
const addEpoch = (context: Record<string, string | readonly string[]>, instant: string): void => {
  context['aws:CurrentTime'] = instant;
  context['aws:EpochTime'] = String(Math.floor(Date.parse(instant) / 1000));
};

type Rest = {
  readonly context: KeyRequest['context'];
  readonly arn: string;
  readonly resource: string | null;
};

const request = (caller: Caller, action: KmsAction, { context, arn, resource }: Rest): KeyRequest => {
  const rest = { action: action.name, resource, context };
  if (caller.kind === 'service') return { principal: caller.service, principalType: 'Service', ...rest };
  if (caller.kind === 'named') return { principal: caller.named.text, principalType: 'AWS', ...rest };
  return { principal: arn, principalType: 'AWS', ...rest };
};
