import type { KmsAction } from '../action-catalogue.ts';
import type { KeyRequest } from '../request.ts';
import type { Caller } from './callers.ts';
import { spelling } from './condition-keys.ts';
import type { KeyValue } from './domain.ts';
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
  const full = new Map<string, KeyValue>(model);
  const always = [...(scene.caller.kind === 'service' ? SERVICE : PERSON), ...EVERYBODY];
  for (const key of [...always, ...tools.spelled.keys()]) {
    if (full.has(key)) continue;
    const domain = tools.domains.of(key, scene);
    if (domain.absent === 'may') full.set(key, null);
    else {
      const solution = tools.keys.solve(domain, []);
      full.set(key, solution.kind === 'value' ? solution.value : null);
    }
  }
  const context: Record<string, string | readonly string[]> = {};
  for (const [key, value] of full) {
    if (value === null || value.length === 0) continue;
    const name = tools.spelled.get(key) ?? spelling(key);
    context[name] = value.length === 1 ? (value[0] ?? '') : value;
    if (key === 'aws:currenttime') addEpoch(context, value[0] ?? '');
  }
  return request(scene.caller, scene.action, { context, full, resource: tools.keyArn });
};

/** `aws:CurrentTime` and `aws:EpochTime` are one instant. */
const addEpoch = (context: Record<string, string | readonly string[]>, instant: string): void => {
  context['aws:CurrentTime'] = instant;
  context['aws:EpochTime'] = String(Math.floor(Date.parse(instant) / 1000));
};

type Rest = {
  readonly context: KeyRequest['context'];
  readonly full: ReadonlyMap<string, KeyValue>;
  readonly resource: string | null;
};

const request = (caller: Caller, action: KmsAction, { context, full, resource }: Rest): KeyRequest => {
  const rest = { action: action.name, resource, context };
  if (caller.kind === 'service') return { principal: caller.service, principalType: 'Service', ...rest };
  if (caller.kind === 'named') return { principal: caller.named.text, principalType: 'AWS', ...rest };
  return { principal: full.get('aws:principalarn')?.[0] ?? '*', principalType: 'AWS', ...rest };
};
