import { ListRegionsCommand, type AccountClient } from '@aws-sdk/client-account';
import {
  ListAccountsCommand,
  type ListAccountsCommandOutput,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { type Fact, known, unknown } from '../facts/facts.ts';
import { askAws } from './aws-faults.ts';

/**
 * The accounts of the organization that are active, by their `State`: `Status` is retired since September 2026 and counts only
 * where an answer has no `State`. Works from the management account and from a delegated administrator.
 */
export const activeAccounts = (client: OrganizationsClient): Promise<Fact<readonly string[]>> =>
  askAws('organizations:ListAccounts', async () => {
    const active: string[] = [];
    let next: string | undefined;
    do {
      // A page may be empty and still not be the last.
      const page: ListAccountsCommandOutput = await client.send(
        new ListAccountsCommand(next === undefined ? {} : { NextToken: next }),
      );
      for (const { Id, State, Status } of page.Accounts ?? []) {
        if (Id !== undefined && (State ?? Status) === 'ACTIVE') active.push(Id);
      }
      next = page.NextToken;
    } while (next !== undefined);
    // Whoever asks is in one that is active.
    return active.length === 0
      ? unknown('failed', 'organizations:ListAccounts told of no active account')
      : known(active);
  });

/** The Regions enabled in the client's account, by name: opt-in Regions differ from account to account. */
export const enabledRegions = (client: AccountClient): Promise<Fact<readonly string[]>> =>
  askAws('account:ListRegions', async () => {
    const enabled: string[] = [];
    let next: string | undefined;
    do {
      const page: { Regions?: { RegionName?: string | undefined }[] | undefined; NextToken?: string | undefined } =
        await client.send(
          new ListRegionsCommand({
            RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'],
            MaxResults: 50,
            ...(next === undefined ? {} : { NextToken: next }),
          }),
        );
      enabled.push(...(page.Regions ?? []).flatMap(({ RegionName }) => RegionName ?? []));
      next = page.NextToken;
    } while (next !== undefined);
    return enabled.length === 0 ? unknown('failed', 'account:ListRegions told of no Region') : known(enabled.sort());
  });
