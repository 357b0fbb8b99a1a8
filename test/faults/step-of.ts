/** The ten steps of the design, and the delivery that follows the ninth in a Lambda of its own. */
export const steps = [
  'Route',
  'Receive',
  'Parse',
  'Claim',
  'Gather',
  'Judge',
  'Decide',
  'Act',
  'Alert',
  'Record',
  'Deliver',
] as const;
export type Step = (typeof steps)[number];

/** What the call stack shows of the way to a port call, first match first. Order counts: a remedy looks at the key, too. */
const signs: readonly (readonly [RegExp, Step])[] = [
  [/\/shared\/(act|remedies\/[\w-]+)\.ts/, 'Act'],
  [/\bgather\b|\blearnCall\b/, 'Gather'],
  [/\bresolve\b|\bdecideExempted\b/, 'Decide'],
  [/\b(look|aliasesOf|orUnknown) .*\bhandleCall\b/, 'Alert'],
];

/** Which step makes this port call. `stack` is that of the call, in the first attempt of a run without faults. */
export const stepOf = ({ port, name }: { readonly port: string; readonly name: string }, stack: string): Step => {
  if (port === 'lambda') return 'Receive';
  if (port === 'setAside') return 'Gather';
  if (name === 'claim') return 'Claim';
  if (port === 'alerter' || port === 'deadLetters' || port === 'pulse') return 'Alert';
  if (name === 'settle' || name === 'settleUnreadable' || port === 'progress') return 'Record';
  const lines = stack.replaceAll('\n', ' ');
  if (port === 'clock') return stepOfPureWork(lines);
  return signs.find(([sign]) => sign.test(lines))?.[1] ?? 'Record';
};

/** Between two port calls the Lambda parses, judges and renders; there it asks for the time. */
const stepOfPureWork = (lines: string): Step => {
  if (/\/shared\/(act|remedies\/[\w-]+)\.ts/.test(lines)) return 'Act';
  if (/\bgather\b/.test(lines)) return 'Gather';
  if (/\bresolve\b/.test(lines)) return 'Judge';
  if (/\blearn(Policies)?\b|\breport\b/.test(lines)) return 'Record';
  if (/\bhandleCall\b/.test(lines)) return 'Judge';
  return 'Parse';
};
