import { describe, expect, test } from 'vitest';
import { day, start } from '../support/memory-sweep.ts';
import { arn, broad, good, iso, nightsOver } from '../support/sweep-nights.ts';

describe('a rule that is switched off', () => {
  const broadKeys = () => ({ [arn(0)]: good({ grants: [broad], tags: {} }), [arn(1)]: good({ grants: [broad] }) });

  test('its findings are resolved with the reason, told as that, and no others', async () => {
    const house = nightsOver(broadKeys());
    await house.night(0);
    house.off.add('grant-broad');
    const { summary } = await house.night(1);
    expect(house.finding('grant-broad', arn(0))).toMatchObject({
      status: 'resolved',
      history: [{ status: 'open' }, { status: 'resolved', why: 'switched-off', at: iso(start + day) }],
    });
    expect(house.status('key-untagged', arn(0))).toBe('open');
    expect(summary.news).toContainEqual(expect.objectContaining({ rule: 'grant-broad', resolved: 2 }));
    expect(house.moves.map(({ keyArn, what }) => [keyArn, what])).toEqual([
      [arn(0), expect.stringContaining('switched off')],
      [arn(1), expect.stringContaining('switched off')],
    ]);
    const told = house.moves.length;
    await house.night(2);
    expect(house.moves).toHaveLength(told);
  });

  test('settling twice, as after a crash, counts and tells the same', async () => {
    const runs = [false, true].map(async (settleTwice) => {
      const house = nightsOver(broadKeys());
      await house.night(0);
      house.off.add('grant-broad');
      const { summary } = await house.run('n1', { at: start + day, settleTwice });
      return { summary, moves: new Set(house.moves.map((move) => JSON.stringify(move))) };
    });
    const [once, twice] = await Promise.all(runs);
    expect(twice).toEqual(once);
  });

  test('switched on again, what is left of it opens again', async () => {
    const house = nightsOver(broadKeys());
    await house.night(0);
    house.off.add('grant-broad');
    await house.night(1);
    house.off.delete('grant-broad');
    for (let n = 2; n <= 9; n += 1) await house.night(n);
    expect(house.finding('grant-broad', arn(0))?.history.map(({ status }) => status)).toEqual([
      'open',
      'resolved',
      'open',
    ]);
  });
});
