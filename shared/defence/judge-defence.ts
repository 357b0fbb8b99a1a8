import type { Severity } from '../rules/define-rule.ts';
import { type Narrowing, narrowedBy } from './narrowed-trail.ts';
import type { DefenceCall } from './parse-defence.ts';

/** Why an alert is as severe as it is; texts are in `defence-alert.ts`. */
export type DefenceReason =
  | { readonly id: 'by-somebody' | 'by-deployment' | Narrowing }
  | { readonly id: 'attempt'; readonly errorCode: string };

export type DefenceVerdict =
  | { readonly own: false }
  | { readonly own: true; readonly severity: Severity; readonly reasons: readonly DefenceReason[] };

/**
 * Is the call about something of the guard, and how bad is it? `names` are what its resources are called: a name stands for
 * itself and for whatever CloudFormation made of it (`KmsGuard-...`); with a `*` at its end, for whatever begins so.
 */
export const judgeDefence = (call: DefenceCall, names: readonly string[]): DefenceVerdict => {
  const { service, event, errorCode } = call;
  if (!service.anybodys && !call.resources.some((resource) => isOwn(resource, names))) return { own: false };
  const narrowed = service.service === 'cloudtrail' ? narrowedBy(event.name, call.request) : null;
  const deployed = isDeployment(call);
  const reasons: readonly DefenceReason[] = [
    { id: deployed ? 'by-deployment' : 'by-somebody' },
    ...(errorCode === null ? [] : [{ id: 'attempt' as const, errorCode }]),
    ...(narrowed === null ? [] : [{ id: narrowed }]),
  ];
  return { own: true, severity: severityOf(call, { deployed, narrowed: narrowed !== null }), reasons };
};

/** Names of AWS differ by case in some services only: who writes `kmsguard-` for a bucket means the same stack. */
const isOwn = (resource: string, names: readonly string[]): boolean => {
  const whole = resource.toLowerCase();
  const parts = [whole, ...whole.split(/[:/]/)];
  return names.some((name) => parts.some((part) => isCalled(part, name.toLowerCase())));
};

const isCalled = (part: string, name: string): boolean => {
  if (name === '') return false;
  return name.endsWith('*') ? part.startsWith(name.slice(0, -1)) : part === name || part.startsWith(`${name}-`);
};

const severityOf = (
  { service, event, errorCode }: DefenceCall,
  { deployed, narrowed }: { readonly deployed: boolean; readonly narrowed: boolean },
): Severity => {
  // What a deployment takes away may be replaced by it, or be the end of the guard: people see to that.
  if (deployed) return errorCode === null && (event.effect === 'removes' || narrowed) ? 'high' : 'medium';
  if (errorCode !== null) return 'high';
  return service.anybodys && event.effect === 'changes' && !narrowed ? 'high' : 'critical';
};

/** AWS itself writes these two; the name of a role, which anybody may choose, proves no deployment. */
const isDeployment = ({ actor, sourceIPAddress }: DefenceCall): boolean =>
  [actor.invokedBy, sourceIPAddress].some(
    (who) => who !== null && /^(?:[\w.-]+\.)?cloudformation\.amazonaws\.com$/.test(who),
  );
