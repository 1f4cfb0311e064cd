import { resolve } from "node:path";
import { needsOf } from "../../engine/load/needs.ts";
import type { ExitCode } from "../exit.ts";
import { CommandFailure, orFail, problem } from "../failures.ts";
import type { Io } from "../io.ts";
import { loadOrFail, workingDirectory } from "../load-files.ts";
import { refuseInvalid } from "../offline-rules.ts";
import type { PlanOptions } from "../options.ts";
import { savePlan } from "../plan-file.ts";
import { planExit, planWith, printPlan, scopeFor } from "../planning.ts";
import { openServices, readServices, snapshotServices } from "../services.ts";
import { loadSnapshot, saveSnapshot } from "../snapshot.ts";
import { needsInScope } from "../targets.ts";

/** `rolecall plan`: reads, prints, saves. Never holds a connection that can write. */
export const planCommand = (io: Io, options: PlanOptions): Promise<ExitCode> =>
  orFail(io, options, async () => {
    refuseMixedSnapshot(options);
    const cwd = workingDirectory(io, options);
    const loaded = await loadOrFail(io, options);
    const scope = scopeFor(options, loaded.document);
    await refuseInvalid(loaded);
    const read = async (): Promise<Parameters<typeof planWith>[0]> => {
      const input = { io, options, loaded, scope };
      if (options.snapshot !== undefined) {
        const snapshot = await loadSnapshot(resolve(cwd, options.snapshot));
        const services = await snapshotServices(loaded.document, loaded.texts, snapshot, scope);
        return { ...input, services, snapshot: snapshot.taken_at };
      }
      const open = await openServices({
        io,
        options,
        document: loaded.document,
        texts: loaded.texts,
        scope,
        mode: "read",
      });
      try {
        return {
          ...input,
          services: await readServices(
            { io, document: loaded.document, scope, whole: options.saveSnapshot !== undefined },
            open,
          ),
          snapshot: null,
        };
      } finally {
        await open.close();
      }
    };
    const input = await read();
    if (options.saveSnapshot !== undefined)
      await saveSnapshot(
        resolve(cwd, options.saveSnapshot),
        input.services,
        (name) => needsInScope(loaded.document, name, scope) ?? needsOf(loaded.document, name),
        io.now(),
      );
    const planned = planWith(input);
    if (options.out !== undefined) await savePlan(resolve(cwd, options.out), planned.document);
    printPlan(io, options, planned.document, planned.diagnostics, loaded);
    return planExit(planned.document, options.detailedExitcode === true);
  });

const refuseMixedSnapshot = (options: PlanOptions): void => {
  if (options.snapshot === undefined) return;
  if (options.saveSnapshot === undefined && options.sandbox !== true) return;
  throw new CommandFailure("usage", [
    problem("usage", "--snapshot plans offline: it cannot be used with --sandbox or --save-snapshot"),
  ]);
};
