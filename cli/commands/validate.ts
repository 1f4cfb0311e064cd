import type { Diagnostic, ProviderConfig } from "../../engine/model.ts";
import { sortDiagnostics, validateJson } from "../../engine/report/diagnostics.ts";
import { languages } from "../../providers/registry.ts";
import { checkAllowedHosts, listAllowedHosts } from "../allowed-hosts.ts";
import { checkBaseUrl } from "../connection-rules.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printDiagnostics, printJson } from "../failures.ts";
import { type Io, inCi } from "../io.ts";
import { loadFiles } from "../load-files.ts";
import type { FileOptions } from "../options.ts";
import { offlineScenes } from "../scenes.ts";

/** `rolecall validate`: everything that can be said of the files alone. */
export const validateCommand = (io: Io, options: FileOptions): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const { document, diagnostics: found, texts, at, clean } = await loadFiles(io, options, addressRule(io, options));
    // What each service says of all that is written for it: limits, contradictions, traps.
    const scenes = document === undefined ? undefined : await offlineScenes(document, at);
    const diagnostics = sortDiagnostics([...found, ...clean(scenes?.diagnostics ?? [])]);
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

/** Where a provider may be, by the rule that `plan` connects by. Throws CommandFailure for an allowance that is none. */
const addressRule = (io: Io, options: FileOptions): ((config: ProviderConfig) => readonly Diagnostic[]) => {
  const allowHosts = listAllowedHosts(options.allowHost, io.env.ROLECALL_ALLOW_HOSTS);
  const malformed = checkAllowedHosts(allowHosts);
  if (malformed.length > 0) throw new CommandFailure("usage", malformed);
  const rules = { allowHosts, ci: inCi(io.env), sandbox: false };
  return (config) => {
    const facts = languages.get(config.type)?.facts;
    return facts === undefined ? [] : checkBaseUrl(config, facts, rules).diagnostics;
  };
};
