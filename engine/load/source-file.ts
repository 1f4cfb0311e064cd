import type { Json, Source } from "../model.ts";

/**
 * One file as data. Containers are the very objects inside `data`: a position is looked up by container and key, so that
 * data can be merged and passed on without copying, and its lines are still found.
 */
export interface SourceFile {
  /** Relative to the working directory, with `/`; `<stdin>` for standard input. */
  readonly name: string;
  /** Objects without prototype, arrays, strings, finite numbers, booleans. undefined: nothing but comments. */
  readonly data: Json | undefined;
  /** The place of a key, or of its value, inside an object or array of `data`. */
  sourceOf(container: object, key: string | number, part?: "key" | "value"): Source;
  /** The place of the whole content. */
  readonly root: Source;
}
