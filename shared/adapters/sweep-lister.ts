import { type KMSClient, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { known } from '../facts/facts.ts';
import type { KeyLister } from '../sweep/ports.ts';
import { askAws } from './aws-faults.ts';

/** The largest pages that KMS gives. */
const keysPerPage = 1_000;
const aliasesPerPage = 100;

/** Lists the keys and aliases of the client's account and Region. */
export const sweepLister = (client: KMSClient): KeyLister => ({
  keys: (marker) =>
    askAws('kms:ListKeys', async () => {
      const page = await client.send(new ListKeysCommand({ Limit: keysPerPage, ...from(marker) }));
      const keyArns = (page.Keys ?? []).flatMap(({ KeyArn }) => KeyArn ?? []);
      return known({ keyArns, next: nextOf(page) });
    }),
  aliases: (marker) =>
    askAws('kms:ListAliases', async () => {
      const page = await client.send(new ListAliasesCommand({ Limit: aliasesPerPage, ...from(marker) }));
      const aliases = (page.Aliases ?? []).flatMap(({ AliasName: name, TargetKeyId: keyId }) =>
        name === undefined || keyId === undefined ? [] : [{ name, keyId }],
      );
      return known({ aliases, next: nextOf(page) });
    }),
});

const from = (marker: string | null) => (marker === null ? {} : { Marker: marker });

const nextOf = ({ Truncated, NextMarker }: { Truncated?: boolean | undefined; NextMarker?: string | undefined }) =>
  Truncated === true && NextMarker !== undefined ? NextMarker : null;
