import { resolve } from "node:path";
import type { Diagnostic } from "../../engine/model.ts";
import { isIntact } from "../../engine/plan/approve.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { NO_TEXTS, orFail, printDiagnostics, printJson } from "../failures.ts";
import type { Io } from "../io.ts";
import { workingDirectory } from "../load-files.ts";
import type { GlobalOptions } from "../options.ts";
import { loadPlan } from "../plan-file.ts";
import { hasChanges, planText } from "../planning.ts";

/** The text may say anything then: whoever reviews it should know. */
const EDITED: Diagnostic = {
  severity: "warning",
  code: "plan-changed",
  summary: "the plan is not what it was when it was made: apply will refuse it",
  hint: "make the plan again",
};

/** `rolecall show PLAN`: what `plan` printed, from the saved plan alone. */
export const showCommand = (
  io: Io,
  options: GlobalOptions & { readonly detailedExitcode?: boolean },
  file: string,
): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const plan = await loadPlan(resolve(workingDirectory(io, options), file), file);
    if (!isIntact(plan)) printDiagnostics(io, options, [EDITED], NO_TEXTS);
    if (options.json === true) printJson(io, plan);
    else io.out(planText(io, options, plan));
    return options.detailedExitcode === true && hasChanges(plan) ? EXIT.changes : EXIT.done;
  });
