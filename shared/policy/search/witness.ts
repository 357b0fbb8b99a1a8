import type { KmsAction } from '../action-catalogue.ts';
import type { KeyRequest } from '../request.ts';
import { type Caller, SOME_SERVICE } from './callers.ts';
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
export const witnessOf = (scene: Scene, found: Model, tools: WitnessTools): KeyRequest => {
  const model = withServiceName(found);
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
  const key = scene.caller.kind === 'service' ? SERVICE_NAME : ARN;
  const name = model.get(key) ?? plainValue(tools.domains.of(key, scene), tools.keys);
  return request(scene.caller, scene.action, { context, name: name?.[0] ?? '*', resource: tools.keyArn });
};

const ARN = 'aws:principalarn';
const SERVICE_NAME = 'aws:principalservicename';

/** A service is one of those in the list of its names. */
const withServiceName = (model: Model): Model => {
  const names = model.get('aws:principalservicenameslist') ?? [];
  return names.length === 0 || model.has(SERVICE_NAME) ? model : new Map([...model, [SERVICE_NAME, names.slice(0, 1)]]);
};

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
  /** What AWS attests of who calls. */
  readonly name: string;
  readonly resource: string | null;
};

const request = (caller: Caller, action: KmsAction, { context, name, resource }: Rest): KeyRequest => {
  const rest = { action: action.name, resource, context };
  if (caller.kind === 'service') {
    const principal = caller.service === SOME_SERVICE ? name : caller.service;
    return { principal, principalType: 'Service', ...rest };
  }
  if (caller.kind === 'named') return { principal: caller.named.text, principalType: 'AWS', ...rest };
  return { principal: name, principalType: 'AWS', ...rest };
};
