import { sortDiagnostics } from "../engine/report/diagnostics.ts";
import type { LoadedDocument } from "./apply-rules.ts";
import { CommandFailure } from "./failures.ts";
import { offlineScenes } from "./scenes.ts";

/** Throws CommandFailure for files that `validate` refuses, services' own rules included: nothing is sent for them. */
export const refuseInvalid = async ({ document, at, diagnostics, texts }: LoadedDocument): Promise<void> => {
  const scenes = await offlineScenes(document, at);
  if (!scenes.diagnostics.some(({ severity }) => severity === "error")) return;
  throw new CommandFailure("invalid", sortDiagnostics([...diagnostics, ...scenes.diagnostics]), texts);
};
