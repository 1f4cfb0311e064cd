import { explain } from "../../engine/check/explain.ts";
import type { Subject } from "../../engine/model.ts";
import { renderExplain } from "../../engine/report/access-text.ts";
import { type AskOptions, scenesFor } from "../asking.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printJson, problem } from "../failures.ts";
import type { Io } from "../io.ts";

type ExplainOptions = AskOptions & { readonly everyone?: boolean; readonly group?: string };

/** `rolecall explain USER | --everyone | --group G --in ROOM`. */
export const explainCommand = (io: Io, options: ExplainOptions, user: string | undefined): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const subject = subjectOf(options, user);
    const { scenes } = await scenesFor(io, options);
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
