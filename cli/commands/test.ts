import { runChecks } from "../../engine/check/checks.ts";
import { renderChecks } from "../../engine/report/checks-text.ts";
import { diagnosticJson, sortDiagnostics } from "../../engine/report/diagnostics.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printDiagnostics, printJson } from "../failures.ts";
import { type Io, wantsColor } from "../io.ts";
import { loadOrFail } from "../load-files.ts";
import type { FileOptions } from "../options.ts";
import { offlineScenes } from "../scenes.ts";

/** `rolecall test`: the checks on what the files ask for. Exit 11 when one fails. */
export const testCommand = (io: Io, options: FileOptions): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const loaded = await loadOrFail(io, options);
    const { document, at, texts } = loaded;
    const { scenes, diagnostics } = await offlineScenes(document, at);
    const all = sortDiagnostics([...loaded.diagnostics, ...diagnostics]);
    if (all.some((one) => one.severity === "error")) throw new CommandFailure("invalid", all, texts);
    const results = runChecks({
      checks: document.checks,
      teams: document.teams,
      states: [{ name: "desired", scenes }],
    });
    const failed = results.filter((result) => result.status === "failed").length;
    if (options.json === true) {
      const reason = failed > 0 ? "check-failed" : null;
      printJson(io, {
        format_version: "1.0",
        errored: failed > 0,
        failure_reason: reason,
        checks: results,
        diagnostics: all.map(diagnosticJson),
      });
    } else {
      printDiagnostics(io, options, all, texts);
      io.out(renderChecks(results, { color: wantsColor(io, io.outIsTerminal, !options.color) }));
    }
    return failed > 0 ? EXIT.guard : EXIT.done;
  });
