import { dayInMilliseconds, type House, keyOf } from './house.ts';
import { mateID } from './paths.ts';
import type { TracedCall } from './trace.ts';

/**
 * How a run is to end. `well`: as if nothing had happened. `told`: a fault that lasts may keep a key from being saved, and
 * then the alert and the ledger say so; it never costs an alert, and never makes a remedy twice.
 */
export type Ending = 'well' | 'told';

/** What is wrong with a house where all is quiet; empty when nothing is. */
export const wrongs = async (house: House, ending: Ending): Promise<readonly string[]> => [
  ...(await astray(house)),
  ...untold(house, ending),
  ...repeated(house),
  ...(ending === 'well' ? notRight(house) : notHonest(house)),
  ...twice(house),
  ...(house.path.also?.(house, ending) ?? []),
];

/** A remedy that cannot be made while a fault lasts is told while it lasts, and not only when its message is put back. */
export const silent = ({ told }: House, { port }: TracedCall): readonly string[] =>
  when(port === 'writer' && told.published.length === 0, 'nobody heard of a remedy that could not be made');

/** Every message was handled, and the ledger has it. */
export const astray = async (house: House): Promise<readonly string[]> => [
  ...stuck(house),
  ...(await unsettled(house)),
];

export const when = (holds: boolean, text: string): readonly string[] => (holds ? [text] : []);

export const stuck = ({ inbox, outbox, told }: House): readonly string[] => [
  ...when(inbox.size() > 0, `${inbox.size()} messages are left in the inbox`),
  ...when(outbox.size() > 0, `${outbox.size()} messages are left in the outbox`),
  ...when(inbox.dead.length > 0, `${inbox.dead.length} dead letters of the inbox`),
  ...when(outbox.dead.length > 0, `${outbox.dead.length} dead letters of the outbox`),
  // A deletion that stands is told again, days later: those wait.
  ...when(
    [...told.outbox.schedules.values()].some(({ message }) => message.kind !== 'reminder'),
    'a schedule is left',
  ),
];

/** One entry for the event and one for its batch-mate, and both claims settled. */
const unsettled = async ({ path, ports }: House): Promise<readonly string[]> => {
  const { ledger } = ports;
  const count = (id: string): number => ledger.entries.filter(({ eventID }) => eventID === id).length;
  const own = path.eventID === null ? ledger.unreadable.length : count(path.eventID);
  const { entries = 1 } = path;
  const found = [
    ...when(own !== entries, `${own} entries of the event in the ledger`),
    ...when(count(mateID) !== 1, `${count(mateID)} entries of the batch-mate in the ledger`),
  ];
  for (const eventID of [path.eventID, mateID]) {
    // The claim on a heartbeat proves that the ledger takes writes, and is left to its lease.
    if (eventID === null || (eventID === path.eventID && entries === 0)) continue;
    const now = ports.clock.now() + dayInMilliseconds;
    const { claim } = await ledger.claim({ guard: path.guard, eventID, now, leaseInSeconds: 1 });
    found.push(...when(claim !== 'duplicate', `the claim on ${eventID} is not settled`));
  }
  const dead = ports.dead.filter(({ body }) => body === path.event).length;
  return [...found, ...when(path.eventID === null && dead === 0, 'the poison is not kept')];
};

/** A remedy that several attempts could not make is told at once, and how it ended is told besides. */
const isLate = ({ told }: House): boolean => told.published.some(({ publication }) => publication.text.includes(late));
const late = 'not done yet, the guard tries again';

const untold = (house: House, ending: Ending): readonly string[] => {
  const { path, told } = house;
  const most = path.alerts + (isLate(house) ? 1 : 0);
  const least = ending === 'well' ? most : Math.min(1, path.alerts);
  const ways = {
    Slack: told.slack.posted.length,
    email: new Set(told.published.map(({ publication }) => publication.id)).size,
    'event bus': new Set(told.events.map(({ detail }) => String(JSON.parse(detail)['alertId']))).size,
  };
  return Object.entries(ways).flatMap(([way, count]) =>
    when(count < least || count > most, `${count} alerts by ${way}, not ${most}`),
  );
};

/** SNS and EventBridge take a message at least once: only where a fault struck the notifier may it come again, same id. */
const repeated = ({ told, strikes }: House): readonly string[] => {
  const emails = told.published.map(({ publication }) => publication.id);
  const events = told.events.map(({ detail }) => String(JSON.parse(detail)['id']));
  const repeats = { email: emails.length - new Set(emails).size, 'event bus': events.length - new Set(events).size };
  return Object.entries(repeats).flatMap(([way, count]) =>
    when(count > 0 && strikes.notifier === 0, `${count} alerts by ${way} came again`),
  );
};

const notRight = (house: House): readonly string[] => {
  const { path, written } = house;
  return [
    ...when(!path.isRight(keyOf(house)), 'the key is not as it should be'),
    ...when(written.join() !== path.writes.join(), `written: ${written.join(', ') || 'nothing'}`),
  ];
};

/** An entry that says "done" is true. */
const notHonest = (house: House): readonly string[] => {
  const entry = house.ports.ledger.entries.find(({ eventID }) => eventID === house.path.eventID);
  if (entry === undefined || entry.outcomes.length === 0) return [];
  const isDone = entry.outcomes.every(({ outcome }) => outcome === 'done' || outcome === 'already-so');
  const { isSafe = house.path.isRight } = house.path;
  return when(isDone && !isSafe(keyOf(house)), 'the ledger says done, and the key is not safe');
};

export const twice = ({ written }: House): readonly string[] =>
  when(new Set(written).size !== written.length, `written twice: ${written.join(', ')}`);
