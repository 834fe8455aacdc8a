/** A number, or a percentage of a total such as `25%`, as a number; rounded up or down. What is neither counts as none. */
export function scaledValue(value: number | string | undefined, total: number, round: 'Up' | 'Down'): number {
  if (typeof value !== 'string') return value ?? 0;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) return 0;
  const exact = (Number(percent) * total) / 100;
  return round === 'Up' ? Math.ceil(exact) : Math.floor(exact);
}
