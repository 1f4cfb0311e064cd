import levenshtein from "fastest-levenshtein";
import { whoCan } from "../../engine/check/explain.ts";
import { renderWhoCan } from "../../engine/report/access-text.ts";
import { languages } from "../../providers/registry.ts";
import { type AskOptions, scenesFor } from "../asking.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printJson, problem } from "../failures.ts";
import type { Io } from "../io.ts";

/** `rolecall who-can CAPABILITY --in ROOM`. */
export const whoCanCommand = (io: Io, options: AskOptions, capability: string): Promise<ExitCode> =>
  orFail(io, options, async () => {
    refuseUnknown(capability);
    const scenes = await scenesFor(io, options);
    const subjects = whoCan(scenes, capability, options.in);
    if (options.json === true) printJson(io, { format_version: "1.0", capability, room: options.in, subjects });
    else io.out(renderWhoCan(subjects));
    return EXIT.done;
  });

/** A misspelt capability must not be answered with "nobody". */
const refuseUnknown = (capability: string): void => {
  const language = languages.get(capability.split(":")[0] ?? "");
  if (language?.isCapability(capability) === true) return;
  const known =
    language === undefined ? [...languages.values()].flatMap((one) => one.capabilities) : language.capabilities;
  const nearest = known.length === 0 ? undefined : levenshtein.closest(capability, [...known]);
  const hint = nearest === undefined ? undefined : `did you mean ${nearest}?`;
  throw new CommandFailure("usage", [
    problem("unknown-name", `there is no capability ${JSON.stringify(capability)}`, hint),
  ]);
};
