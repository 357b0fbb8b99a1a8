/**
 * Controls of published frameworks. Which control a rule stands for is written in the rule's manifest (`controls`), and only
 * there; this table says how such an id is read, and what other systems call it.
 */

/** A set of controls as it is published. */
export type Framework = {
  readonly id: string;
  readonly name: string;
  /** The beginning of an id in a manifest. */
  readonly prefix: string;
  /** As Security Hub writes a related requirement; null where it is none of its own. */
  readonly requirement: string | null;
  /** Its kind in ASFF's taxonomy of industry standards, or null. */
  readonly asffType: string | null;
};

const framework = (prefix: string, name: string, more: Partial<Framework> = {}): Framework => ({
  id: prefix.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-'),
  name,
  prefix,
  requirement: null,
  asffType: null,
  ...more,
});

const cis = (version: string, full: string): Framework =>
  framework(`CIS ${version}`, `CIS AWS Foundations Benchmark ${version}`, {
    requirement: `CIS AWS Foundations Benchmark v${full}/`,
    asffType: 'CIS AWS Foundations Benchmark',
  });

const pci = (version: string): Framework =>
  framework(`PCI DSS ${version}`, `PCI DSS ${version}`, { requirement: `PCI DSS v${version}/`, asffType: 'PCI-DSS' });

/** In the order in which reports show them. */
export const frameworks: readonly Framework[] = [
  framework('SecurityHub', 'AWS Security Hub CSPM'),
  framework('Config', 'AWS Config managed rules'),
  framework('ControlTower', 'AWS Control Tower'),
  cis('1.2', '1.2.0'),
  cis('1.4', '1.4.0'),
  cis('3.0', '3.0.0'),
  cis('5.0', '5.0.0'),
  pci('3.2.1'),
  pci('4.0.1'),
  framework('NIST 800-53', 'NIST SP 800-53 Revision 5', {
    requirement: 'NIST.800-53.r5 ',
    asffType: 'NIST 800-53 Controls',
  }),
];

/** One control: `SecurityHub KMS.4` is `KMS.4` of the framework `SecurityHub`. */
export type Control = { readonly framework: Framework; readonly id: string; readonly name: string };

/** Null where no framework of the table has such ids. */
export const controlNamed = (name: string): Control | null => {
  const found = frameworks.find(({ prefix }) => name.startsWith(`${prefix} `));
  return found === undefined ? null : { framework: found, id: name.slice(found.prefix.length + 1), name };
};

export const controlsNamed = (names: readonly string[]): readonly Control[] =>
  names.flatMap((name) => controlNamed(name) ?? []);

const alarm = 'it asks for a log metric filter and an alarm on such calls, and no rule looks for those';

/** Controls about what a rule watches, which it does not test: whatever it finds, they neither pass nor fail by it. Why. */
export const untestedControls: ReadonlyMap<string, string> = new Map([
  ['SecurityHub CloudWatch.7', alarm],
  ['CIS 1.2 3.7', alarm],
  ['CIS 1.4 4.7', alarm],
]);

/** Controls that fail by any key that waits for deletion, also by one that the rule lets go: approved, or proven unneeded. */
export const strictOnDeletion: ReadonlySet<string> = new Set([
  'SecurityHub KMS.3',
  'Config KMS_CMK_NOT_SCHEDULED_FOR_DELETION',
]);

/** Those that a finding speaks against, for systems that take it as the control's own. */
export const testedControls = (names: readonly string[]): readonly Control[] =>
  controlsNamed(names).filter(({ name }) => !untestedControls.has(name));

/** `KMS.4`, or null where Security Hub has no control of its own for it. */
export const securityHubControl = (controls: readonly Control[]): string | null =>
  controls.find(({ framework: { prefix } }) => prefix === 'SecurityHub')?.id ?? null;

/** What Security Hub itself would list: `PCI DSS v4.0.1/3.7.4`. */
export const relatedRequirements = (controls: readonly Control[]): readonly string[] =>
  controls.flatMap(({ framework: { requirement }, id }) => (requirement === null ? [] : [`${requirement}${id}`]));
