import type { EmulatorDoors } from './emulator-doors.ts';
import { isoSeconds } from './emulator-doors.ts';
import { accountOf } from './signature.ts';
import type { Signer } from './signature.ts';
import type { Caller } from './user-identity.ts';

export interface Actors {
  /** Says who the calls with an access key are recorded as. */
  set(accessKeyId: string, arn: string): void;
  of(signer: Signer): Promise<Caller>;
}

/**
 * Who a call is recorded as. A 12-digit key is its account's administrator, unless set otherwise; every other key
 * (assumed roles, Lambda execution roles, IAM users) is whoever the emulator gave it to.
 */
export function actors(doors: EmulatorDoors, administrator: string): Actors {
  const since = isoSeconds(Date.now());
  const named = new Map<string, string>();
  const known = new Map<string, Caller>();
  return {
    set: (accessKeyId, arn) => void named.set(accessKeyId, arn),
    async of({ accessKeyId, region }) {
      const account = accountOf(accessKeyId);
      const assumed = account === undefined ? undefined : `arn:aws:sts::${account}:assumed-role/${administrator}`;
      const arn = named.get(accessKeyId) ?? assumed;
      if (arn !== undefined) return { arn, accessKeyId, issuer: null, since };
      const caller = known.get(accessKeyId) ?? (await doors.whoIs(accessKeyId, region));
      if (caller === undefined) return { arn: 'arn:aws:iam::000000000000:root', accessKeyId, issuer: null, since };
      known.set(accessKeyId, caller);
      return caller;
    },
  };
}
