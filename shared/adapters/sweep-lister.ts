import { type KMSClient, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { known, unknown } from '../facts/facts.ts';
import type { KeyLister } from '../sweep/ports.ts';
import { askAws } from './aws-faults.ts';

/** The largest pages that KMS gives. */
const keysPerPage = 1_000;
const aliasesPerPage = 100;

/** Lists the keys and aliases of the client's account and Region. An answer with parts missing is none: what it hid would be taken for gone. */
export const sweepLister = (client: KMSClient): KeyLister => ({
  keys: (marker) =>
    askAws('kms:ListKeys', async () => {
      const page = await client.send(new ListKeysCommand({ Limit: keysPerPage, ...from(marker) }));
      const { Keys: keys } = page;
      if (keys === undefined || isCut(page)) return unknown('failed', 'kms:ListKeys answered in part');
      const keyArns = keys.flatMap(({ KeyArn }) => KeyArn ?? []);
      if (keyArns.length < keys.length) return unknown('failed', 'kms:ListKeys answered without the ARN of a key');
      return known({ keyArns, next: nextOf(page) });
    }),
  aliases: (marker) =>
    askAws('kms:ListAliases', async () => {
      const page = await client.send(new ListAliasesCommand({ Limit: aliasesPerPage, ...from(marker) }));
      if (page.Aliases === undefined || isCut(page)) return unknown('failed', 'kms:ListAliases answered in part');
      const aliases = page.Aliases.flatMap(({ AliasName: name, TargetKeyId: keyId }) =>
        name === undefined || keyId === undefined ? [] : [{ name, keyId }],
      );
      return known({ aliases, next: nextOf(page) });
    }),
});

const from = (marker: string | null) => (marker === null ? {} : { Marker: marker });

type Page = { readonly Truncated?: boolean | undefined; readonly NextMarker?: string | undefined };

/** There is more, and nobody knows where. */
const isCut = ({ Truncated, NextMarker }: Page): boolean => Truncated === true && NextMarker === undefined;

const nextOf = ({ Truncated, NextMarker }: Page): string | null =>
  Truncated === true && NextMarker !== undefined ? NextMarker : null;
