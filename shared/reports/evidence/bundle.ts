import { reportFormats } from '../formats.ts';
import type { Report } from '../report.ts';

/** One file of the bundle, as a stream of texts that can be asked for again. */
export type BundleFile = {
  readonly name: string;
  readonly mediaType: string;
  readonly texts: () => Iterable<string>;
};

/** Every format of the report, each under a plain name: `report.html`, `report.keys.csv`. */
export const bundleFiles = (report: Report): readonly BundleFile[] =>
  reportFormats.map(({ extension, mediaType, render }) => ({
    name: `report.${extension}`,
    mediaType,
    texts: () => render(report),
  }));
