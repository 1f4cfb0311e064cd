import type { SourceJson, Subject } from "../model.ts";
import { cell, columns } from "./columns.ts";
import { inert } from "./inert.ts";
import { sourceText, subjectName } from "./words.ts";

/** One answer of `who-can`; `id` is left out for everyone. */
export type HolderJson = {
  readonly kind: Subject["kind"];
  readonly id?: string;
  readonly via: string;
  readonly source: SourceJson | null;
};

/** One answer of `explain`. */
export type CapabilityJson = { readonly capability: string; readonly via: string; readonly source: SourceJson | null };

/** The answer of `who-can`, one subject a line: who, by which path, asked for by which line. Ends with a line break. */
export const renderWhoCan = (holders: readonly HolderJson[]): string => {
  if (holders.length === 0) return "Nobody.\n";
  const rows = holders.map(({ kind, id, via, source }) => [
    cell(subjectName(kind === "everyone" ? { kind } : { kind, id: id ?? "" })),
    cell(inert(via)),
    cell(sourceText(source)),
  ]);
  return `${columns(rows, "").join("\n")}\n`;
};

/** The answer of `explain`, one capability a line: what, by which path, asked for by which line. Ends with a line break. */
export const renderExplain = (capabilities: readonly CapabilityJson[]): string => {
  if (capabilities.length === 0) return "Nothing.\n";
  const rows = capabilities.map(({ capability, via, source }) => [
    cell(inert(capability)),
    cell(inert(via)),
    cell(sourceText(source)),
  ]);
  return `${columns(rows, "").join("\n")}\n`;
};
