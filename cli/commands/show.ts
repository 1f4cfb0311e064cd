import { resolve } from "node:path";
import { EXIT, type ExitCode } from "../exit.ts";
import { orFail, printJson } from "../failures.ts";
import type { Io } from "../io.ts";
import { workingDirectory } from "../load-files.ts";
import type { GlobalOptions } from "../options.ts";
import { loadPlan } from "../plan-file.ts";
import { hasChanges, planText } from "../planning.ts";

/** `rolecall show PLAN`: what `plan` printed, from the saved plan alone. */
export const showCommand = (
  io: Io,
  options: GlobalOptions & { readonly detailedExitcode?: boolean },
  file: string,
): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const plan = await loadPlan(resolve(workingDirectory(io, options), file), file);
    if (options.json === true) printJson(io, plan);
    else io.out(planText(io, options, plan));
    return options.detailedExitcode === true && hasChanges(plan) ? EXIT.changes : EXIT.done;
  });
