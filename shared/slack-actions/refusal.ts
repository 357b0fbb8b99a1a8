/** Why a request to `slack-actions` was not taken. Ids only: nothing that the sender wrote is ever told or logged. */
export const refusals = {
  method: { status: 405, says: 'only POST is answered' },
  'content-type': { status: 415, says: 'only application/x-www-form-urlencoded is read' },
  oversized: { status: 413, says: 'the body is too large' },
  'no-body': { status: 400, says: 'there is no body' },
  unsigned: { status: 401, says: 'it carries no signature, or none of the form v0=HEX' },
  'no-timestamp': { status: 401, says: 'it carries no timestamp' },
  stale: { status: 401, says: 'its timestamp is too old' },
  future: { status: 401, says: 'its timestamp lies in the future' },
  forged: { status: 401, says: 'the signature is not that of this body' },
  replayed: { status: 409, says: 'it was taken before' },
  unreadable: { status: 400, says: 'it is not an answer to a message of kms-guard' },
} as const;

export type Refusal = keyof typeof refusals;
export const refusalIds: readonly Refusal[] = [
  'method',
  'content-type',
  'oversized',
  'no-body',
  'unsigned',
  'no-timestamp',
  'stale',
  'future',
  'forged',
  'replayed',
  'unreadable',
];
