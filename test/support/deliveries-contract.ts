import { expect, test } from 'vitest';
import type { ListedAlert } from '../../shared/alerts/slack/slack-input.ts';
import type { Deliveries, SlackRecord, Storms } from '../../shared/delivery/ports.ts';
import { deletionAlert, start } from './memory-notifier.ts';

type UnderTest = { readonly deliveries: Deliveries; readonly storms: Storms };
type Make = () => Promise<UnderTest>;

/** What the notifier's memory must do, whatever it stands on. `make` gives one that nothing was written to. */
export const deliveriesContract = (make: Make): void => {
  leases(make);
  documents(make);
  storming(make);
};

const id = 'd1';
const to = 'ops';
const at = (seconds: number): number => start + seconds * 1000;
const begin = ({ deliveries }: UnderTest, seconds: number) =>
  deliveries.begin({ id, to, now: at(seconds), leaseInSeconds: 60 });

const leases = (make: Make): void => {
  test('a delivery is begun once, and busy until its lease ends', async () => {
    const house = await make();
    expect(await begin(house, 0)).toEqual({ state: 'begun', unsure: null, since: at(0) });
    expect(await begin(house, 30)).toEqual({ state: 'busy' });
    // Crashed: whatever it did, it did then.
    expect(await begin(house, 61)).toEqual({ state: 'begun', unsure: { since: at(0), until: at(60) }, since: at(0) });
  });

  test('what is done stays done', async () => {
    const house = await make();
    await begin(house, 0);
    await house.deliveries.finish({ id, to, now: at(1) });
    expect(await begin(house, 1_000)).toEqual({ state: 'done' });
    expect((await house.deliveries.begin({ id, to: 'other', now: at(2), leaseInSeconds: 60 })).state).toBe('begun');
  });

  test('a failure frees the lease, and says what may have gone through', async () => {
    const house = await make();
    await begin(house, 0);
    await house.deliveries.release({ id, to, unsure: null });
    expect(await begin(house, 1)).toMatchObject({ state: 'begun', unsure: null });
    await house.deliveries.release({ id, to, unsure: { since: at(1), until: at(2) } });
    expect(await begin(house, 3)).toMatchObject({ unsure: { since: at(1), until: at(2) } });
  });

  test('of many that begin at once, one does', async () => {
    const house = await make();
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin(house, 0)));
    expect(begun.filter(({ state }) => state === 'begun')).toHaveLength(1);
  });
};

const record: SlackRecord = {
  ts: '1.2',
  channelId: 'C1',
  threadTs: null,
  alertId: 'a1',
  alert: deletionAlert(1),
  findingIds: ['f1'],
  status: 'open',
  history: [],
  escalation: null,
  stormId: null,
  version: 0,
};

const line = (n: number): ListedAlert => ({
  alertId: `a${n}`,
  severity: 'low',
  headline: 'DisableKeyRotation',
  rules: ['rotation-disabled'],
  keyArn: null,
  keyName: `key ${n}`,
  account: '111122223333',
  accountName: null,
  region: 'eu-west-1',
  at: new Date(start).toISOString(),
});

const documents = (make: Make): void => {
  test('a message is written only by who has read the one before', async () => {
    const { deliveries } = await make();
    expect(await deliveries.slackRecord('ops', 'a1')).toBeNull();
    expect(await deliveries.saveSlackRecord('ops', record, start)).toBe(true);
    expect(await deliveries.saveSlackRecord('ops', record, start)).toBe(false);
    const read = await deliveries.slackRecord('ops', 'a1');
    expect(read).toEqual({ ...record, version: 1 });
    expect(await deliveries.saveSlackRecord('ops', { ...record, version: 1, status: 'resolved' }, start)).toBe(true);
    expect(await deliveries.slackRecord('ops', 'a1')).toMatchObject({ status: 'resolved', version: 2 });
  });

  test('threads, alerts and answers are found again', async () => {
    const { deliveries } = await make();
    const thread = { rootTs: '1.2', alertIds: ['a1'], at: new Date(start).toISOString() };
    await deliveries.saveThread({ channel: 'ops', subject: 'key', thread, now: start });
    expect(await deliveries.thread('ops', 'key')).toEqual(thread);
    expect(await deliveries.thread('ops', 'other')).toBeNull();
    await deliveries.saveAlert('a1', deletionAlert(1), start);
    expect(await deliveries.alert('a1')).toEqual(deletionAlert(1));
    const move = { alertId: null, keyArn: 'k', findingIds: [], status: 'approved', by: 'Eve', what: 'x' } as const;
    await deliveries.saveAnswer({ ...move, at: thread.at, until: null }, start);
    expect(await deliveries.answer('k')).toMatchObject({ status: 'approved' });
  });

  test('a digest holds each line once, of its channel and day', async () => {
    const { deliveries } = await make();
    const day = '2026-11-21';
    for (const n of [1, 2, 2]) await deliveries.addToDigest({ channel: 'ops', day, line: line(n), now: start });
    await deliveries.addToDigest({ channel: 'ops', day: '2026-11-22', line: line(3), now: start });
    const lines = await deliveries.digest('ops', day);
    expect(lines.map(({ alertId }) => alertId).toSorted()).toEqual(['a1', 'a2']);
    expect(await deliveries.digest('other', day)).toEqual([]);
  });
};

const storming = (make: Make): void => {
  const join = ({ storms }: UnderTest, n: number, seconds: number, likeness = 'alike') =>
    storms.join({ likeness, line: line(n), to: ['ops'], now: at(seconds), withinSeconds: 60 });

  test('alerts alike are one storm while they come', async () => {
    const house = await make();
    const first = await join(house, 1, 0);
    expect(first).toMatchObject({ place: 1, storm: { firstAlertId: 'a1', to: ['ops'], count: 1 } });
    const second = await join(house, 2, 50);
    expect(second).toMatchObject({ place: 2, storm: { stormId: first.storm.stormId, firstAlertId: 'a1', count: 2 } });
    expect(await join(house, 3, 111)).toMatchObject({ place: 1, storm: { firstAlertId: 'a3' } });
    expect(await join(house, 4, 111, 'other')).toMatchObject({ place: 1 });
    const listed = await house.storms.listed(first.storm.stormId);
    expect(listed.map(({ alertId }) => alertId)).toEqual(['a1', 'a2']);
  });

  test('an alert counts once, however often it comes', async () => {
    const house = await make();
    await join(house, 1, 0);
    expect(await join(house, 2, 1)).toMatchObject({ place: 2 });
    expect(await join(house, 2, 500)).toMatchObject({ place: 2, storm: { count: 2 } });
  });

  test('many at once all count, each with a place of its own', async () => {
    const house = await make();
    const joined = await Promise.all(Array.from({ length: 8 }, (_, n) => join(house, n, 0)));
    expect(joined.map(({ place }) => place).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(joined.map(({ storm }) => storm.stormId)).size).toBe(1);
  });
};
