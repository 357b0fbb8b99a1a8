import { known, type StateChange, unknown } from '../../shared/facts/facts.ts';
import { keyDisabledLong } from '../../shared/rules/key-disabled-long.ts';
import { daysAgo } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const dana = 'arn:aws:iam::111122223333:user/dana';
const change = (state: StateChange['state'], days: number, source = 'an-event-id'): StateChange => ({
  state,
  at: daysAgo(days),
  actorArn: source === 'describe' ? null : dana,
  source,
});
const off = (days: number, source?: string) => change('Disabled', days, source);
const on = (days: number) => change('Enabled', days);
/** Newest first, as the ledger keeps them. */
const disabled = (...changes: readonly StateChange[]) =>
  swept({ history: known({ stateChanges: changes, rotation: null }) }, { keyState: 'Disabled' });
const inState = (keyState: 'Enabled' | 'PendingImport' | 'Unavailable') =>
  swept({ history: known({ stateChanges: [off(400)], rotation: null }) }, { keyState });

const columns = {
  compliant: [
    { name: 'an enabled key', input: inState('Enabled') },
    { name: 'disabled one day short of the most', input: disabled(off(89), on(400)) },
    { name: 'disabled lately, and nothing known before', input: disabled(off(5)) },
    { name: 'disabled again lately, after it was enabled', input: disabled(off(5), on(6), off(400)) },
    { name: 'last known enabled a few days ago: it cannot be disabled for longer', input: disabled(on(5)) },
    { name: 'seen disabled, but enabled a while before', input: disabled(off(3, 'describe'), on(80)) },
    {
      name: 'younger than that',
      input: swept(
        { history: known({ stateChanges: [], rotation: null }) },
        { keyState: 'Disabled', creationDate: daysAgo(89) },
      ),
    },
    { name: 'without its material', verdict: 'notApplicable', input: inState('PendingImport') },
    { name: 'its key store is disconnected', verdict: 'notApplicable', input: inState('Unavailable') },
    ...notSwept(disabled(off(400))),
  ],
  violating: [
    {
      name: 'disabled for the most, to the day',
      message: 'disabledLong',
      severity: 'low',
      input: disabled(off(90), on(400)),
      data: { days: 90, maximumDays: 90, since: daysAgo(90), actor: dana },
    },
    {
      name: 'disabled once more lately: the first time counts',
      message: 'disabledLong',
      input: disabled(off(1), off(95), on(400)),
      data: { days: 95 },
    },
    {
      name: 'seen disabled so long ago',
      message: 'disabledLong',
      input: disabled(off(100, 'describe')),
      data: { days: 100, actor: null },
    },
    {
      name: 'a stricter configuration',
      message: 'disabledLong',
      input: swept(
        { history: known({ stateChanges: [off(30)], rotation: null }) },
        { keyState: 'Disabled' },
        { disabled: { maximumDays: 30 } },
      ),
      data: { maximumDays: 30 },
    },
    {
      name: 'seen disabled lately, nothing known before',
      verdict: 'undetermined',
      message: 'sinceUnknown',
      input: disabled(off(10, 'describe')),
      data: { days: 10 },
    },
    {
      name: 'an old key of which nothing is known',
      verdict: 'undetermined',
      message: 'sinceUnknown',
      input: disabled(),
    },
    {
      name: 'last known enabled long ago',
      verdict: 'undetermined',
      message: 'sinceUnknown',
      input: disabled(on(90)),
      data: { days: 0, since: null },
    },
    {
      name: 'disabled lately, but not all of its history could be read',
      verdict: 'undetermined',
      message: 'sinceUnknown',
      input: swept(
        { history: known({ stateChanges: [off(5)], rotation: null }, 'not all were read') },
        { keyState: 'Disabled' },
      ),
      data: { days: 5 },
    },
    {
      name: 'changes without dates',
      verdict: 'undetermined',
      message: 'sinceUnknown',
      input: disabled({ ...off(1), at: 'lately' }),
    },
    {
      name: 'the history cannot be read',
      verdict: 'undetermined',
      message: 'unreadable',
      input: swept({ history: unknown('access-denied', 'cloudtrail:LookupEvents') }, { keyState: 'Disabled' }),
      data: { fact: 'history', reason: 'access-denied' },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(keyDisabledLong, columns);
reachesEveryText(keyDisabledLong, columns.violating);
