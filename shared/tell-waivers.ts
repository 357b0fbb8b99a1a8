import { waiverAlert } from './alerts/waiver-alert.ts';
import type { GuardConfig } from './config/config.ts';
import type { Alerter, Clock, Log } from './ports.ts';
import type { WaiverBook } from './waiver-book.ts';
import { waiverNotices } from './waivers.ts';

type Telling = {
  readonly config: GuardConfig;
  readonly waivers: Pick<WaiverBook, 'all'>;
  readonly alerter: Alerter;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'error'>;
};

/**
 * Waivers speak up before they end, and after: asked every night, told when there is news (the same waivers in the same state
 * are the same alert). @throws RetryableFault
 */
export const tellWaivers = async ({ config, waivers, alerter, clock, log }: Telling): Promise<void> => {
  const added = await waivers.all();
  if (!added.known) log.error("the ledger's waivers could not be looked at for their end", added.detail);
  const all = [...config.waivers, ...(added.known ? added.value : [])];
  const now = clock.now();
  const alert = waiverAlert(waiverNotices(all, now, config.waiverNoticeDays), new Date(now).toISOString());
  if (alert !== null) await alerter.send(alert);
};
