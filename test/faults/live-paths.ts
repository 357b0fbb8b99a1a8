import { watchedBy } from '../../shared/defence/watched.ts';
import { heartbeatDetailType, heartbeatSource } from '../../shared/heartbeat.ts';
import { defenceEvent, resourcesOf } from '../support/defence-records.ts';
import { envelope } from '../support/records.ts';
import type { House } from './house.ts';
import { when } from './invariants.ts';
import type { PortCall } from './port-calls.ts';
import { alertOnly, mateID, type Path } from './paths.ts';

const due = '2026-11-20T09:10:00Z';
const heartbeat = JSON.stringify({
  ...envelope({}),
  source: heartbeatSource,
  'detail-type': heartbeatDetailType,
  detail: { id: 'execution-1', at: due },
});

/** A heartbeat that is stuck anywhere on its way has not come through. */
const unbeaten = ({ told }: House, { of, port, name }: PortCall): readonly string[] => {
  const isOnItsWay = (of === 'guard' && name !== 'respond') || port === 'heartbeats';
  return when(told.beats.length > 0 && isOnItsWay, 'a heartbeat that was lost is reported as passed');
};

/** Seen at the end of its way, once or more. */
const beaten = ({ told, path }: House): readonly string[] => {
  const strange = told.beats.filter(({ guard, at }) => guard !== path.guard || at !== due);
  return [
    ...when(told.beats.length === 0, 'the heartbeat did not come through'),
    ...when(strange.length > 0, 'another heartbeat than the one that was sent was seen'),
  ];
};

const quiet = { ...alertOnly, call: () => undefined, isRight: () => true, entries: 0, alerts: 0 } as const;

const guardsHeartbeat: Path = { ...quiet, id: 'heartbeat', event: heartbeat, also: beaten, whileLost: unbeaten };

/** A call about the guard itself, by a deployment: in every batch of the self-guard. */
const watched = (source: string, name: string) => {
  const found = watchedBy(`${source}.amazonaws.com`, name);
  if (found === null) throw new Error(`${source} ${name} is not watched`);
  return found;
};
const defence = (name: string, some: { readonly eventID: string; readonly by?: string }): string => {
  const { service, event } = watched('lambda', name);
  return JSON.stringify(defenceEvent(service, event, { request: resourcesOf('lambda').own, ...some }));
};
const mate = defence('UpdateFunctionCode20150331v2', { eventID: mateID, by: 'cloudformation.amazonaws.com' });

const selfHeartbeat: Path = {
  ...guardsHeartbeat,
  id: 'heartbeat of the self-guard',
  guard: 'self-guard',
  mate,
  alerts: 1,
};

/** One critical alert of it, whatever happens. */
const critical = ({ told }: House): readonly string[] => {
  const alerts = new Set(
    told.events
      .map(({ detail }) => JSON.parse(detail))
      .filter(({ severity }) => severity === 'critical')
      .map(({ alertId }) => String(alertId)),
  );
  return when(alerts.size !== 1, `${alerts.size} critical alerts, not one`);
};

const disarmed: Path = {
  ...quiet,
  id: 'guard disarmed: critical alert',
  guard: 'self-guard',
  event: defence('DeleteFunction20150331', { eventID: 'disarmed' }),
  eventID: 'disarmed',
  mate,
  entries: 1,
  alerts: 2,
  also: critical,
};

export const livePaths: readonly Path[] = [guardsHeartbeat, selfHeartbeat, disarmed];
