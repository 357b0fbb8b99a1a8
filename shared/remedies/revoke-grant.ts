import type { Call } from '../calls/call.ts';
import type { Outcome } from '../decision.ts';
import type { Fact, Grant } from '../facts/facts.ts';
import type { WritePorts } from './cancel-key-deletion.ts';

const remedy = 'revokeGrant';

/** The grant that the judged call made; null where there is none to name. A remedy touches no other. */
export const grantToRevoke = (call: Call | null): string | null =>
  call?.operation === 'CreateGrant' && call.failure === null && !call.dryRun ? call.grantId : null;

/** Revokes one grant: re-read, write, verify. KMS takes up to five minutes until nobody can use it any more. */
export const revokeGrant = async (ports: WritePorts, keyArn: string, grantId: string | null): Promise<Outcome> => {
  if (grantId === null) return refused('the record does not tell which grant was made');
  const before = await ports.reader.grants(keyArn);
  if (!before.known) return refused(`the grants of the key could not be read: ${before.detail}`);
  if (isGone(before, grantId)) return { remedy, outcome: 'already-so', detail: `grant ${grantId} is gone` };
  const written = await ports.writer.revokeGrant(keyArn, grantId);
  if (!written.ok && written.reason === 'not-found') {
    return { remedy, outcome: 'already-so', detail: `grant ${grantId} is gone` };
  }
  if (!written.ok) return { remedy, outcome: 'failed', detail: written.detail };
  return verified(ports, keyArn, grantId);
};

const refused = (detail: string): Outcome => ({ remedy, outcome: 'refused', detail });

const holds = (grants: Fact<readonly Grant[]>, grantId: string): boolean =>
  grants.known && grants.value.some((grant) => grant.grantId === grantId);

/** A list that was cut short proves nothing: whoever hides a grant behind thousands of others does not keep it. */
const isGone = (grants: Fact<readonly Grant[]>, grantId: string): boolean =>
  grants.known && grants.detail === undefined && !holds(grants, grantId);

const verified = async (ports: WritePorts, keyArn: string, grantId: string): Promise<Outcome> => {
  let after = await ports.reader.grants(keyArn);
  for (const wait of [300, 1_000, 2_500, 4_000]) {
    if (!after.known || !holds(after, grantId)) break;
    await ports.clock.sleep(wait);
    after = await ports.reader.grants(keyArn);
  }
  if (!after.known) {
    return {
      remedy,
      outcome: 'failed',
      detail: `KMS accepted it, but the grants could not be read again: ${after.detail}`,
    };
  }
  if (holds(after, grantId))
    return { remedy, outcome: 'failed', detail: `KMS accepted it, but grant ${grantId} is still there` };
  const partly = after.detail === undefined ? '' : ` (not all grants were read again: ${after.detail})`;
  return { remedy, outcome: 'done', detail: `grant ${grantId} is revoked${partly}` };
};
