import { explain } from "../../engine/check/explain.ts";
import type { Scene } from "../../engine/check/path.ts";
import type { Diagnostic, Subject } from "../../engine/model.ts";
import { renderExplain } from "../../engine/report/access-text.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { type AskOptions, scenesFor } from "../asking.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, NO_TEXTS, orFail, printDiagnostics, printJson, problem } from "../failures.ts";
import type { Io } from "../io.ts";

type ExplainOptions = AskOptions & { readonly everyone?: boolean; readonly group?: string };

/** `rolecall explain USER | --everyone | --group G --in ROOM`. */
export const explainCommand = (io: Io, options: ExplainOptions, user: string | undefined): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const subject = subjectOf(options, user);
    const scenes = knowing(subject, await scenesFor(io, options), (warnings) =>
      printDiagnostics(io, options, warnings, NO_TEXTS),
    );
    const capabilities = explain(scenes, subject, options.in);
    if (options.json === true) printJson(io, { format_version: "1.0", subject, room: options.in, capabilities });
    else io.out(renderExplain(capabilities));
    return EXIT.done;
  });

const subjectOf = (options: ExplainOptions, user: string | undefined): Subject => {
  const subjects: Subject[] = [];
  if (user !== undefined) subjects.push({ kind: "user", id: user });
  if (options.everyone === true) subjects.push({ kind: "everyone" });
  if (options.group !== undefined) subjects.push({ kind: "group", id: options.group });
  const [subject] = subjects;
  if (subject !== undefined && subjects.length === 1) return subject;
  throw new CommandFailure("usage", [problem("usage", "name one subject: a user id, --everyone or --group ID")]);
};

/** The services that can answer about a subject. Throws CommandFailure where there is none: "nothing" would be no answer. */
const knowing = (
  subject: Subject,
  scenes: ReadonlyMap<string, Scene>,
  warn: (warnings: readonly Diagnostic[]) => void,
): ReadonlyMap<string, Scene> => {
  if (subject.kind !== "group") return scenes;
  const able = new Map([...scenes].filter(([, { provider }]) => provider.facts.knowsGroups));
  const others = [...scenes.values()].filter(({ provider }) => !provider.facts.knowsGroups);
  const problems = sortedSet(others.map(({ provider }) => provider.facts.title)).map((title) =>
    problem("not-supported", `${title} knows no groups`, "ask about a user, or --everyone"),
  );
  if (able.size === 0) throw new CommandFailure("invalid", problems);
  if (problems.length > 0) warn(problems.map((one) => ({ ...one, severity: "warning" })));
  return able;
};
