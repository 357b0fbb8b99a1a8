import type { ListedAlert } from '../alerts/slack/slack-input.ts';
import { destinationNamed, iso, type Notifier, putDelivery } from './notifier.ts';
import { hashed } from './outbox-message.ts';
import type { Storm } from './ports.ts';

type Telling = {
  readonly line: ListedAlert;
  /** What is alike and for the same channels makes one storm. */
  readonly likeness: string;
  /** Names of channels of people. */
  readonly to: readonly string[];
  readonly single: (to: string) => Promise<void>;
};

/** The first of a kind at once, each by itself; many more in a short time as one message that grows. */
export const tellPeople = async (notifier: Notifier, { line, likeness, to, single }: Telling): Promise<void> => {
  if (to.length === 0) return;
  const { ports, config } = notifier;
  const { after, withinSeconds } = config.storm;
  const { storm, place } = await ports.storms.join({
    likeness: hashed(likeness, ...to.toSorted()),
    line,
    to,
    now: ports.clock.now(),
    withinSeconds,
  });
  if (place > after) await tellStorm(notifier, storm);
  else for (const name of to) await single(name);
};

/** Slack shows a storm as it grows, at most once in so many milliseconds; the next summary brings what came after. */
const slotInMilliseconds = 5_000;
/** The first summary for topics and webhooks, and for Slack what grew since the last slot. */
const firstTickInMilliseconds = 60_000;

const tellStorm = async (notifier: Notifier, storm: Storm): Promise<void> => {
  const { ports } = notifier;
  const { stormId, firstAlertId } = storm;
  const now = ports.clock.now();
  const slot = Math.floor(now / slotInMilliseconds);
  const what = { form: 'storm', stormId, closed: false } as const;
  for (const to of storm.to) {
    if (destinationNamed(notifier, to)?.type !== 'slack') continue;
    const id = hashed('storm', stormId, String(slot));
    await putDelivery(notifier, id, { to, what, alertId: firstAlertId, subject: stormId });
  }
  // Last, and tried again as the alert is: no message waits for Scheduler. What comes after a slot's message, the tick tells.
  await scheduleTick(notifier, storm, 0);
};

/** Scheduler takes no time that has passed, and only whole seconds. */
const soonestTickInMilliseconds = 5_000;

/**
 * The next summary: one after a minute, then one every so many. Each alert asks for the one after it, and so does each summary
 * of a storm that goes on: the same one has the same name.
 */
export const scheduleTick = async (
  { ports, config }: Notifier,
  { stormId, since }: Storm,
  told: number,
): Promise<void> => {
  const now = ports.clock.now();
  const step = config.storm.summaryMinutes * 60_000;
  const first = Date.parse(since) + firstTickInMilliseconds;
  const number = now < first ? 0 : Math.floor((now - first) / step) + 1;
  const name = hashed('tick', stormId, String(number));
  await ports.schedules.at({
    name,
    time: Math.max(first + number * step, now + soonestTickInMilliseconds),
    message: { kind: 'storm-tick', id: name, at: iso(now), stormId, told },
  });
};
