import * as z from 'zod/mini';
import type { Actors } from './actors.ts';
import type { EmulatorDoors } from './emulator-doors.ts';
import { faultSchema } from './faults.ts';
import type { Faults } from './faults.ts';
import { type Holds, holdSchema } from './holds.ts';
import { type Losses, lossSchema } from './losses.ts';
import type { Recorder } from './recorder.ts';

export interface Controlled {
  readonly actors: Actors;
  readonly doors: EmulatorDoors;
  readonly faults: Faults;
  readonly holds: Holds;
  readonly losses: Losses;
  readonly recorder: Recorder;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

const place = { account: z.string().check(z.regex(/^\d{12}$/)), region: z.string() };
const seconds = z.pipe(
  z.iso.datetime(),
  z.transform((text: string) => Math.floor(Date.parse(text) / 1000)),
);

/** What may be put on a default bus: a whole detail, of any shape, for what AWS would send and what it never would. */
export const eventSchema = z.object({
  ...place,
  source: z._default(z.string(), 'aws.kms'),
  detailType: z._default(z.string(), 'AWS API Call via CloudTrail'),
  detail: z.record(z.string(), z.unknown()),
});

/** A key's past, ISO 8601 UTC; `lastUse` null forgets every use. */
export const usageSchema = z.object({
  ...place,
  keyId: z.string(),
  createdAt: z.optional(seconds),
  trackingStartedAt: z.optional(seconds),
  lastUse: z.optional(z.nullable(z.object({ operation: z.string(), at: seconds }))),
});

export const deletionSchema = z.object({ ...place, keyId: z.string() });

export const actorSchema = z.object({ accessKeyId: z.string(), arn: z.string() });

export const organizationSchema = z.object({ id: z.string(), accounts: z.array(place.account) });

export type OrganizationInput = z.input<typeof organizationSchema>;
export type EventInput = z.input<typeof eventSchema>;
export type UsageInput = z.input<typeof usageSchema>;
export type DeletionInput = z.input<typeof deletionSchema>;
export type FaultInput = z.input<typeof faultSchema>;

/** The bridge's own API, under `/_bridge/`: for tests, the demo and the curious. */
export async function control(parts: Controlled, request: string, body: string): Promise<ControlAnswer> {
  switch (request) {
    case 'GET /_bridge/health':
      return { status: 200, body: { ok: true } };
    case 'GET /_bridge/records':
      await parts.recorder.settled();
      return { status: 200, body: { records: parts.recorder.records } };
    case 'POST /_bridge/events':
      return given(eventSchema, body, (event) => parts.doors.putEvent(event));
    case 'POST /_bridge/organization':
      return given(organizationSchema, body, (organization) => parts.doors.setOrganization(organization));
    case 'POST /_bridge/usage':
      return given(usageSchema, body, async ({ account, region, ...usage }) => {
        return (await parts.doors.setUsage({ account, region }, usage)) ?? 'unknown key';
      });
    case 'POST /_bridge/deletions':
      return given(deletionSchema, body, async ({ account, region, keyId }) => {
        const keyArn = await parts.doors.deleteKey({ account, region }, keyId);
        if (keyArn === null) return 'unknown key';
        await parts.recorder.deleted({ account, region }, keyArn);
        return undefined;
      });
    case 'GET /_bridge/holds':
      return { status: 200, body: { waiting: parts.holds.waiting() } };
    case 'POST /_bridge/holds':
      return given(holdSchema, body, async (hold) => parts.holds.add(hold));
    case 'DELETE /_bridge/holds':
      parts.holds.release();
      return { status: 200, body: null };
    case 'POST /_bridge/losses':
      return given(lossSchema, body, async (loss) => parts.losses.add(loss));
    case 'DELETE /_bridge/losses':
      parts.losses.clear();
      return { status: 200, body: null };
    case 'POST /_bridge/faults':
      return given(faultSchema, body, async (fault) => parts.faults.add(fault));
    case 'DELETE /_bridge/faults':
      parts.faults.clear();
      return { status: 200, body: null };
    case 'POST /_bridge/actors':
      return given(actorSchema, body, async ({ accessKeyId, arn }) => parts.actors.set(accessKeyId, arn));
    default:
      return { status: 404, body: { error: `${request} is not part of the bridge's API` } };
  }
}

async function given<T>(
  schema: z.ZodMiniType<T>,
  body: string,
  act: (value: T) => Promise<string | void>,
): Promise<ControlAnswer> {
  const parsed = schema.safeParse(jsonIn(body));
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } };
  const refused = await act(parsed.data);
  return refused === 'unknown key' ? { status: 404, body: { error: refused } } : { status: 200, body: null };
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
