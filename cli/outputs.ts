import { existsSync } from 'node:fs';
import { access, constants, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { type Io, UsageError } from './command.ts';

/** One rendering; `file` null: standard output. */
export type Output<Format extends string = string> = { readonly format: Format; readonly file: string | null };

type Asked = {
  readonly args: readonly string[];
  /** All options of the command: `--format` and `--output` are read in the order in which they stand. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly wrong: (problem: string) => UsageError;
};

/**
 * Each `--output` belongs to the `--format` before it; one format at most has none, and goes to standard output.
 * Empty where no format is named. @throws UsageError
 */
export const outputsOf = <Format extends string>(
  { args, options, wrong }: Asked,
  formats: readonly Format[],
): readonly Output<Format>[] => {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const outputs: { format: Format; file: string | null }[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    if (token.name === 'format') {
      const format = formats.find((each) => each === token.value);
      if (format === undefined) throw wrong(`there is no format "${token.value}": choose ${formats.join(', ')}`);
      outputs.push({ format, file: null });
    }
    if (token.name !== 'output') continue;
    const last = outputs.at(-1);
    if (last === undefined || last.file !== null) throw wrong(`say the --format of --output ${token.value} before it`);
    last.file = token.value;
  }
  return outputs;
};

/** @throws UsageError where two renderings would go to standard output. */
export const oneToStdout = (outputs: readonly Output[], wrong: Asked['wrong']): void => {
  if (outputs.filter(({ file }) => file === null).length > 1)
    throw wrong('only one format can go to standard output: give the others an --output FILE');
};

const unwritable = (command: string, file: string, cause: unknown): UsageError => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UsageError(`${command}: ${file} could not be written (${why})`, { cause });
};

/** Before long work, which would be lost. @throws UsageError where a file cannot be written. */
export const checkOutputs = async (outputs: readonly Output[], command: string): Promise<void> => {
  for (const { file } of outputs) {
    if (file === null) continue;
    await access(existsSync(file) ? file : dirname(file), constants.W_OK).catch((error: unknown) => {
      throw unwritable(command, file, error);
    });
  }
};

const batch = 1 << 18;

/** Writes texts as they come: a report may be tens of megabytes long. @throws UsageError where the file cannot be written. */
export const put = async (
  io: Io,
  texts: Iterable<string>,
  { file, command }: { file: string | null; command: string },
) => {
  if (file === null) {
    for (const text of inBatches(texts)) await io.write(text);
    return;
  }
  try {
    await using handle = await open(file, 'w');
    for (const text of inBatches(texts)) await handle.writeFile(text);
  } catch (error) {
    throw unwritable(command, file, error);
  }
};

function* inBatches(texts: Iterable<string>): Generator<string> {
  let waiting = '';
  for (const text of texts) {
    waiting += text;
    if (waiting.length < batch) continue;
    yield waiting;
    waiting = '';
  }
  if (waiting !== '') yield waiting;
}
