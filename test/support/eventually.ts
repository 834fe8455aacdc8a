/** How long a condition is waited for before a test fails; the garbage collector takes up to half a minute to learn of a new kind. */
const PATIENCE_MS = 60_000;
const STEP_MS = 20;

/** Resolves with the first value that isn't undefined or false; fails with the last error, or says what was waited for. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
