import type { JsonObject } from './json-object.ts';

/** One KMS call that went through the bridge, with what a record needs to know about it. */
export interface KmsExchange {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly userIdentity: JsonObject;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  /** As the caller sent it (PascalCase, keyId as typed). */
  readonly request: JsonObject;
  /** What the caller got: the answer's fields, or the error. */
  readonly outcome:
    | { readonly ok: true; readonly response: JsonObject }
    | { readonly ok: false; readonly code: string; readonly message: string };
  /** The key that the call was about before it was made; null when there is none or nobody knows it. */
  readonly keyArn: string | null;
  /** The grant that a RetireGrant by token meant. */
  readonly grantId: string | null;
  readonly requestID: string;
  /** ISO 8601 UTC, seconds. */
  readonly eventTime: string;
  /** A fresh UUID at each call. */
  readonly newId: () => string;
}

/** A record and the default bus that it belongs on. */
export interface Delivery {
  readonly account: string;
  readonly region: string;
  readonly detailType: 'AWS API Call via CloudTrail' | 'AWS Service Event via CloudTrail';
  readonly record: JsonObject;
}
