import { describe, expect, test } from 'vitest';
import { configSchema } from '../../shared/config/config.ts';
import { type Fact, known, unknown } from '../../shared/facts/facts.ts';
import { RetryableFault } from '../../shared/ports.ts';
import { planSweep } from '../../shared/sweep/plan.ts';
import { placesKey, unplannedKey } from '../../shared/sweep/result-store.ts';
import { memoryResults } from '../support/memory-results.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const [own, member, shut] = ['111122223333', '444455556666', '999988887777'] as const;
const regions: Readonly<Record<string, Fact<readonly string[]>>> = {
  [own]: known(['eu-west-1', 'us-east-1']),
  [member]: known(['ap-south-2']),
  [shut]: unknown('access-denied', 'sts:AssumeRole is not permitted: nobody let us in'),
};

type Parts = {
  readonly accounts?: () => Promise<Fact<readonly string[]>>;
  readonly ownAccount?: () => Promise<Fact<string>>;
};

const plan = async (sweep: object, parts: Parts = {}) => {
  const results = memoryResults();
  const clock = virtualClock(0);
  const estate = {
    ownAccount: async () => known(own),
    accounts: async () => known([own, member, shut]),
    regions: async (account: string) => regions[account] ?? known([]),
    ...parts,
  };
  const task = { id: 'run-1', startedAt: '2026-11-20T02:00:00.5Z' };
  const planned = await clock.run(planSweep(task, configSchema.parse({ sweep }), { estate, clock, results }));
  const read = (key: string): unknown => JSON.parse(results.objects.get(key) ?? 'null');
  return { planned, places: read(placesKey(planned.sweep)), unplanned: read(unplannedKey(planned.sweep)) };
};

const place = (account: string, region: string) => ({ account, region });

describe('the plan of a sweep', () => {
  test('by default the own account, with the Regions that are enabled in it', async () => {
    const { planned, places, unplanned } = await plan({});
    expect(places).toEqual([place(own, 'eu-west-1'), place(own, 'us-east-1')]);
    expect(unplanned).toEqual([]);
    expect(planned).toEqual({
      sweep: { id: 'run-1', startedAt: '2026-11-20T02:00:00.500Z', prefix: 'sweeps/2026-11-20/run-1' },
      placesKey: 'sweeps/2026-11-20/run-1/places.json',
      places: 2,
    });
  });

  test('the organization: an account that nobody lets in is named, and hides no other', async () => {
    const { places, unplanned } = await plan({ accounts: 'organization', role: 'Audit' });
    expect(places).toEqual([place(own, 'eu-west-1'), place(own, 'us-east-1'), place(member, 'ap-south-2')]);
    expect(unplanned).toMatchObject([{ account: shut, region: 'all', state: 'unreadable' }]);
    expect(JSON.stringify(unplanned)).toContain('sts:AssumeRole is not permitted');
  });

  test('named accounts and Regions, each once, and nobody is asked for them', async () => {
    const nobody = () => Promise.reject(new Error('not to be asked'));
    const sweep = { accounts: [member, own, member], role: 'Audit', regions: ['us-east-1', 'us-east-1'] };
    const { places } = await plan(sweep, { accounts: nobody, ownAccount: nobody });
    expect(places).toEqual([place(own, 'us-east-1'), place(member, 'us-east-1')]);
  });

  test('an organization that cannot be listed leaves the own account, and says so', async () => {
    const denied = async () => unknown('access-denied', 'organizations:ListAccounts is not permitted');
    const { places, unplanned } = await plan({ accounts: 'organization', role: 'Audit' }, { accounts: denied });
    expect(places).toEqual([place(own, 'eu-west-1'), place(own, 'us-east-1')]);
    expect(JSON.stringify(unplanned)).toContain('organizations:ListAccounts is not permitted');
  });

  test('a fault that passes is not seen; one that stays is an account that could not be planned', async () => {
    let asked = 0;
    const faulty = async () => {
      asked += 1;
      if (asked === 1) throw new RetryableFault('sts:GetCallerIdentity gave no answer');
      return known(own);
    };
    expect((await plan({}, { ownAccount: faulty })).planned.places).toBe(2);
    const silent = () => Promise.reject(new RetryableFault('sts:GetCallerIdentity gave no answer'));
    const { planned, unplanned } = await plan({}, { ownAccount: silent });
    expect(planned.places).toBe(0);
    expect(unplanned).toMatchObject([{ account: 'own', state: 'unreadable' }]);
  });

  test('other accounts need a role', () => {
    const wrong = configSchema.safeParse({ sweep: { accounts: 'organization' } });
    expect(wrong.error?.issues).toMatchObject([{ path: ['sweep', 'role'] }]);
    expect(configSchema.safeParse({ sweep: { timeZone: 'Mars/Olympus' } }).success).toBe(false);
    expect(configSchema.safeParse({ sweep: { quotaShare: 0.6 } }).success).toBe(false);
  });
});
