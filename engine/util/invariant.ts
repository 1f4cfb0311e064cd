/** States what must be true here; a failure is a bug of ours, never the user's. Throws an Error with the message. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${message}`);
}
