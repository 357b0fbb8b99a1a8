import type { Alert } from '../../shared/alerts/alert.ts';
import type { ListedAlert } from '../../shared/alerts/slack/slack-input.ts';
import type { Move } from '../../shared/delivery/outbox-message.ts';
import type { Deliveries, SlackRecord, SlackThread, Storm, Storms, Unsure } from '../../shared/delivery/ports.ts';

type Lease = { leaseUntil: number; unsure: Unsure | null; readonly since: number; done: boolean };

/** The notifier's items in memory: the same answers as `dynamoDeliveries`, see `deliveries-contract.ts`. */
export const memoryDeliveries = (): Deliveries & { readonly records: Map<string, SlackRecord> } => {
  const leases = new Map<string, Lease>();
  const records = new Map<string, SlackRecord>();
  const threads = new Map<string, SlackThread>();
  const alerts = new Map<string, Alert>();
  const answers = new Map<string, Move>();
  const digests = new Map<string, Map<string, ListedAlert>>();
  return {
    records,
    begin: async ({ id, to, now, leaseInSeconds }) => {
      const key = `${id} ${to}`;
      const held = leases.get(key);
      if (held?.done === true) return { state: 'done' };
      if (held !== undefined && held.leaseUntil >= now) return { state: 'busy' };
      const since = held?.since ?? now;
      const leaseUntil = now + leaseInSeconds * 1000;
      const before = held?.unsure ?? null;
      const unsure = { since: before?.since ?? now, until: leaseUntil };
      leases.set(key, { leaseUntil, unsure, since, done: false });
      return { state: 'begun', unsure: before, since };
    },
    finish: async ({ id, to }) => {
      const held = leases.get(`${id} ${to}`);
      if (held !== undefined) held.done = true;
    },
    release: async ({ id, to, unsure }) => {
      const held = leases.get(`${id} ${to}`);
      if (held !== undefined) Object.assign(held, { leaseUntil: 0, unsure });
    },
    slackRecord: async (channel, alertId) => records.get(`${channel} ${alertId}`) ?? null,
    saveSlackRecord: async (channel, record) => {
      const key = `${channel} ${record.alertId}`;
      if ((records.get(key)?.version ?? 0) !== record.version) return false;
      records.set(key, { ...record, version: record.version + 1 });
      return true;
    },
    thread: async (channel, subject) => threads.get(`${channel} ${subject}`) ?? null,
    saveThread: async ({ channel, subject, thread }) => {
      threads.set(`${channel} ${subject}`, thread);
    },
    alert: async (alertId) => alerts.get(alertId) ?? null,
    saveAlert: async (alertId, alert) => {
      alerts.set(alertId, alert);
    },
    answer: async (keyArn) => answers.get(keyArn) ?? null,
    saveAnswer: async (move) => {
      if (move.keyArn !== null) answers.set(move.keyArn, move);
    },
    addToDigest: async ({ channel, day, line }) => {
      const key = `${channel} ${day}`;
      digests.set(key, (digests.get(key) ?? new Map<string, ListedAlert>()).set(line.alertId, line));
    },
    digest: async (channel, day) => [...(digests.get(`${channel} ${day}`)?.values() ?? [])],
  };
};

/** Runs of alerts alike in memory: the same answers as `dynamoStorms`. */
export const memoryStorms = (): Storms => {
  const runs = new Map<string, string>();
  const storms = new Map<string, Storm>();
  const lines = new Map<string, ListedAlert[]>();
  const places = new Map<string, { readonly stormId: string; readonly place: number }>();
  const found = (stormId: string): Storm => {
    const storm = storms.get(stormId);
    if (storm === undefined) throw new Error(`no storm ${stormId}`);
    return storm;
  };
  return {
    join: async ({ likeness, line, to, now, withinSeconds }) => {
      const key = `${line.alertId} ${likeness}`;
      const known = places.get(key);
      if (known !== undefined) return { storm: found(known.stormId), place: known.place };
      const run = storms.get(runs.get(likeness) ?? '');
      const goesOn = run !== undefined && now - Date.parse(run.lastAt) <= withinSeconds * 1000;
      const at = new Date(now).toISOString();
      const storm: Storm = goesOn
        ? { ...run, lastAt: at, count: run.count + 1 }
        : { stormId: `storm of ${line.alertId}`, firstAlertId: line.alertId, to, since: at, lastAt: at, count: 1 };
      const { stormId, count } = storm;
      storms.set(stormId, storm);
      runs.set(likeness, stormId);
      places.set(key, { stormId, place: count });
      lines.set(stormId, [...(lines.get(stormId) ?? []), line]);
      return { storm, place: count };
    },
    storm: async (stormId) => storms.get(stormId) ?? null,
    listed: async (stormId) => lines.get(stormId) ?? [],
  };
};
