/** What the pipelines of all systems have in common. */

/** Environment variables that hold secrets, by the names that the files use. */
export type PipelineInput = { readonly secrets: readonly string[] };

/** A pipeline as it will be written. */
export type Pipeline = {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What a person still has to do, a sentence each. */
  readonly steps: readonly string[];
};

/** Puts the same white space before each line that is not empty. */
export const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gmu, " ".repeat(by));
