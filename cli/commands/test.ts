import { runChecks } from "../../engine/check/checks.ts";
import type { Check, Diagnostic } from "../../engine/model.ts";
import type { CheckResult } from "../../engine/plan-document.ts";
import { renderChecks } from "../../engine/report/checks-text.ts";
import { diagnosticJson, sortDiagnostics } from "../../engine/report/diagnostics.ts";
import { quote } from "../../engine/util/quote.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printDiagnostics, printJson } from "../failures.ts";
import { type Io, wantsColor } from "../io.ts";
import { loadOrFail } from "../load-files.ts";
import type { FileOptions } from "../options.ts";
import { checkScenes } from "../scenes.ts";

/** `rolecall test`: the checks on what the files ask for. Exit 11 when one fails; one that cannot be evaluated here is a warning. */
export const testCommand = (io: Io, options: FileOptions): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const loaded = await loadOrFail(io, options);
    const { document, at, texts } = loaded;
    const { scenes, diagnostics } = await checkScenes(document, at);
    const found = sortDiagnostics([...loaded.diagnostics, ...diagnostics]);
    if (found.some((one) => one.severity === "error")) throw new CommandFailure("invalid", found, texts);
    const results = runChecks({
      checks: document.checks,
      teams: document.teams,
      states: [{ name: "desired", scenes }],
    });
    const all = sortDiagnostics([...found, ...unevaluated(results, document.checks)]);
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

/** Results stand in the order of the checks. */
const unevaluated = (results: readonly CheckResult[], checks: readonly Check[]): readonly Diagnostic[] =>
  results.flatMap(({ name, status, message }, index) => {
    const source = checks[index]?.source;
    if (status !== "unknown") return [];
    return [
      {
        severity: "warning",
        code: "check-unknown",
        summary: `the check ${quote(name)} is not evaluated: ${message}`,
        hint: "rolecall plan asks the service, and evaluates it",
        ...(source === undefined ? {} : { source }),
      },
    ];
  });
