import { sortDiagnostics, validateJson } from "../../engine/report/diagnostics.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { orFail, printDiagnostics, printJson } from "../failures.ts";
import type { Io } from "../io.ts";
import { loadFiles } from "../load-files.ts";
import type { FileOptions } from "../options.ts";
import { offlineScenes } from "../scenes.ts";

/** `rolecall validate`: everything that can be said of the files alone. */
export const validateCommand = (io: Io, options: FileOptions): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const { document, diagnostics: found, texts, at } = await loadFiles(io, options);
    // What each service says of all that is written for it: limits, contradictions, traps.
    const scenes = document === undefined ? undefined : await offlineScenes(document, at);
    const diagnostics = sortDiagnostics([...found, ...(scenes?.diagnostics ?? [])]);
    const valid = document !== undefined && !diagnostics.some(({ severity }) => severity === "error");
    if (options.json === true) {
      printJson(io, validateJson(diagnostics));
      return valid ? EXIT.done : EXIT.error;
    }
    printDiagnostics(io, options, diagnostics, texts);
    if (!valid) return EXIT.error;
    const warnings = diagnostics.length;
    io.out(
      warnings === 0
        ? "The files are valid.\n"
        : `The files are valid, with ${warnings} ${warnings === 1 ? "warning" : "warnings"}.\n`,
    );
    return EXIT.done;
  });
