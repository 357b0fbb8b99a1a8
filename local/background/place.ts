import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { LocalError } from '../local-error.ts';
import { type LocalStatus, localStatusSchema } from './status.ts';

/** The folder that remembers where the guard of this checkout runs. */
export const checkoutFolder = join(import.meta.dirname, '..', '..', '.local');

const handleSchema = z.object({ url: z.string(), token: z.string() });
/** How to ask the process in the background. The token tells it from whoever has its port later. */
export type Handle = z.infer<typeof handleSchema>;

export const tokenHeader = 'x-kms-guard-token';
const placeFile = (folder: string): string => join(folder, 'up.json');
export const logFile = (folder: string): string => join(folder, 'up.log');
export const newToken = (): string => randomUUID();

/** False where another guard is there, running or not. */
export const take = async (folder: string, handle: Handle): Promise<boolean> => {
  await mkdir(dirname(placeFile(folder)), { recursive: true });
  try {
    await writeFile(placeFile(folder), JSON.stringify(handle), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

export const leave = (folder: string): Promise<void> => rm(placeFile(folder), { force: true });

/** Where a guard was started; null where none was, or nobody can say. */
export const handleIn = async (folder: string): Promise<Handle | null> => {
  try {
    return handleSchema.parse(JSON.parse(await readFile(placeFile(folder), 'utf8')));
  } catch {
    return null;
  }
};

const answersWithin = 5_000;

const ask = async ({ url, token }: Handle, method: 'GET' | 'DELETE'): Promise<Response | null> => {
  const options = { method, headers: { [tokenHeader]: token }, signal: AbortSignal.timeout(answersWithin) };
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new LocalError(`the guard on this machine does not answer on ${url}: end its process, then try again`);
    }
    return null;
  }
};

/** The guard that runs here; null where it has ended, or somebody else has its port now. Throws LocalError when it hangs. */
export const statusOf = async (handle: Handle): Promise<LocalStatus | null> => {
  const answer = await ask(handle, 'GET');
  if (answer === null || !answer.ok) return null;
  const parsed = z.safeParse(localStatusSchema, await answer.json().catch(() => null));
  return parsed.success ? parsed.data : null;
};

/** Asks it to end. False where nobody is there. */
export const askToEnd = async (handle: Handle): Promise<boolean> => (await ask(handle, 'DELETE'))?.ok ?? false;
