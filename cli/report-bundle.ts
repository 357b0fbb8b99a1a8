import { createHash } from 'node:crypto';
import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFiles } from '../shared/reports/evidence/bundle.ts';
import { type EvidenceFile, manifestName, manifestText } from '../shared/reports/evidence/manifest.ts';
import type { Report } from '../shared/reports/report.ts';
import { UsageError } from './command.ts';

/** `report --bundle FOLDER`: every file of the evidence, and its manifest, unsigned. @throws UsageError */
export const writeBundle = async (report: Report, folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length > 0) throw new Error('it is not empty');
    const files: EvidenceFile[] = [];
    for (const { name, mediaType, texts } of bundleFiles(report)) {
      files.push({ name, mediaType, ...(await writeTexts(join(folder, name), texts())) });
    }
    await writeTexts(join(folder, manifestName), [manifestText({ ...report, files })]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`report: the folder ${folder} could not be filled (${why})`, { cause: error });
  }
};

const writeTexts = async (file: string, texts: Iterable<string>): Promise<{ bytes: number; sha256: string }> => {
  const digest = createHash('sha256');
  let bytes = 0;
  await using handle = await open(file, 'wx');
  for (const text of texts) {
    const chunk = Buffer.from(text);
    digest.update(chunk);
    bytes += chunk.length;
    await handle.writeFile(chunk);
  }
  return { bytes, sha256: digest.digest('hex') };
};
