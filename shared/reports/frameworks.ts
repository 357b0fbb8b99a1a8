import { type ControlLine, type ControlStatus, controlLine, gapOf } from './control-line.ts';
import { type Control, type Framework, controlNamed, frameworks } from './controls.ts';
import { byText } from './order.ts';
import type { Report, RuleLine } from './report.ts';

export type FrameworkLine = {
  readonly id: string;
  readonly name: string;
  readonly counts: Readonly<Record<ControlStatus, number>>;
  readonly controls: readonly ControlLine[];
};

/** The report read by framework: every control that a rule stands for, and what is known of it. */
export const frameworksOf = (report: Report): readonly FrameworkLine[] => {
  const found = Map.groupBy(report.findings, ({ rule }) => rule);
  const byControl = new Map<string, { readonly control: Control; readonly rules: RuleLine[] }>();
  for (const rule of report.rules) {
    for (const name of rule.controls) {
      const control = controlNamed(name);
      if (control === null) continue;
      const known = byControl.get(name) ?? { control, rules: [] };
      known.rules.push(rule);
      byControl.set(name, known);
    }
  }
  const gap = gapOf(report);
  const lines = [...byControl.values()].map(({ control, rules }) => ({
    framework: control.framework,
    line: controlLine(control, { rules, found, gap, report }),
  }));
  return frameworks.flatMap((framework) => frameworkLine(framework, lines));
};

type Placed = { readonly framework: Framework; readonly line: ControlLine };

const frameworkLine = (framework: Framework, lines: readonly Placed[]): readonly FrameworkLine[] => {
  const controls = lines
    .filter((placed) => placed.framework === framework)
    .map(({ line }) => line)
    .sort((one, other) => byText(one.id, other.id));
  if (controls.length === 0) return [];
  const counts = { passed: 0, failed: 0, exception: 0, notAssessed: 0 };
  for (const { status } of controls) counts[status] += 1;
  return [{ id: framework.id, name: framework.name, counts, controls }];
};
