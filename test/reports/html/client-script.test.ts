import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bundleClient, clientModule } from '../../../scripts/report-client.ts';

test("the page's script is that of its sources: `npm run docs` makes it", async () => {
  expect(await readFile(clientModule, 'utf8')).toBe(await bundleClient());
});
