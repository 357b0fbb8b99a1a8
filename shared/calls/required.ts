import type { CallBase } from './call.ts';
import { quoted } from './fields.ts';

/** What no call can do without. The texts become table keys and endpoints, so their form is checked here, once. */
export type Required = Pick<CallBase, 'eventID' | 'eventName' | 'eventTime' | 'time' | 'account' | 'region'>;

type Unchecked = Readonly<Record<keyof Omit<Required, 'time'>, unknown>>;
type Paths = Readonly<Record<keyof Unchecked, string>>;

const patterns: Readonly<Record<keyof Unchecked, RegExp>> = {
  eventID: /^[\x21-\x7e]{1,128}$/,
  eventName: /^[A-Za-z0-9]{1,128}$/,
  eventTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/,
  account: /^\d{12}$/,
  region: /^[a-z]{2,8}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/,
};

const matches = (name: keyof Unchecked, value: unknown): value is string =>
  typeof value === 'string' && patterns[name].test(value);

export const readEventID = (value: unknown): string | null => (matches('eventID', value) ? value : null);

/** The required fields, or the path of the first that is missing or malformed, with what stands there. */
export const readRequired = (values: Unchecked, paths: Paths): Required | { readonly wrong: string } => {
  const { eventID, eventName, eventTime, account, region } = values;
  const wrong = (name: keyof Unchecked) => ({
    wrong:
      values[name] === undefined ? `${paths[name]}: missing` : `${paths[name]}: malformed, ${quoted(values[name])}`,
  });
  if (!matches('eventID', eventID)) return wrong('eventID');
  if (!matches('eventName', eventName)) return wrong('eventName');
  if (!matches('eventTime', eventTime)) return wrong('eventTime');
  if (!matches('region', region)) return wrong('region');
  if (!matches('account', account)) return wrong('account');
  const time = Date.parse(eventTime);
  return Number.isNaN(time) ? wrong('eventTime') : { eventID, eventName, eventTime, time, account, region };
};
