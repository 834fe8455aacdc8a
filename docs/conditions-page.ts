/** The page of conditions: every type with every reason it can have. */

/** By condition type, then reason: what the reason means. */
export type ConditionReasons = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function conditionsPage(of: string, conditions: ConditionReasons): string {
  const sections = Object.entries(conditions).map(([type, reasons]) =>
    [
      `## ${type}`,
      '',
      '| reason | meaning |',
      '| --- | --- |',
      ...Object.entries(reasons).map(([reason, meaning]) => `| \`${reason}\` | ${meaning} |`),
    ].join('\n'),
  );
  return [
    `# Conditions of ${of}`,
    '',
    'Every condition carries one of these reasons and no other. Its message names the object concerned and what to do. The runtime',
    'adds `Paused` while the annotation `adrasteia.dev/paused` is `"true"`, and says `ReadUnavailable` or `PlanFailed` in `Ready`',
    'where a kind can’t be read, or a plan fails; what runs goes on running then.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}
