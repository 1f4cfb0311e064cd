import { Command, CommanderError, Help, Option } from "commander";
import { EXIT } from "./exit.ts";
import { usageFailure } from "./failures.ts";
import type { Io } from "./io.ts";
import { duration, withFiles, withGlobal, withPaths, withPlanning, withServices } from "./options.ts";
import { VERSION } from "./version.ts";

const EXAMPLES = `
Examples:
  rolecall init                     write a starter rolecall.yaml
  rolecall validate                 check the files: no network, no secrets
  rolecall plan --sandbox           see what would change, against local stand-ins
  rolecall plan --out plan.json     save a plan for review
  rolecall apply plan.json          apply just what was reviewed

Exit codes: 0 done, 1 error, 2 changes (--detailed-exitcode), 10 plan is stale, 11 guard or check failed,
12 locked, 13 applied in part, 14 a revoke did not take effect, 130 interrupted.`;

/** `--auto-approve` takes its one condition after `=` only: a plan file may follow it. */
const UNLESS_WIDENING = "--auto-approve-unless-widening";
const spelled = (word: string): string => (word === "--auto-approve=unless-widening" ? UNLESS_WIDENING : word);

/**
 * Runs one command line and gives its exit code. Every command loads only what it needs. An unknown flag or command is a
 * usage error before anything is read or sent. Throws nothing.
 */
export const runProgram = async (argv: readonly string[], io: Io): Promise<number> => {
  let code: number = EXIT.done;
  const usage = { text: "" };
  const program = makeProgram(io, (result) => {
    code = result;
  });
  for (const command of [program, ...program.commands]) {
    command.configureHelp({ optionDescription: describeOption });
    command.exitOverride().configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => {
        usage.text += text;
      },
      outputError: (text, write) => write(text),
    });
  }
  try {
    await program.parseAsync(argv.map(spelled), { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return (await import("./failures.ts")).internalFailure(io, argv, error);
    if (error.exitCode === 0) return EXIT.done;
    return usageFailure(io, argv, usage.text === "" ? error.message : usage.text);
  }
};

/** "(default: [])" of a repeatable option helps nobody. */
const describeOption = (option: Option): string =>
  Array.isArray(option.defaultValue) ? option.description : new Help().optionDescription(option);

const makeProgram = (io: Io, done: (code: number) => void): Command => {
  const program = withGlobal(new Command("rolecall"))
    .description("Permissions as code for live rooms: Liveblocks, Daily, Digital Samba, ZEGOCLOUD.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError(true)
    .allowExcessArguments(false);
  /** Global options may stand before or after the command's name. */
  const merged = (command: Command): never => command.optsWithGlobals() as never;
  const add = (command: Command, run: (options: never, args: readonly string[]) => Promise<number>): void => {
    command
      .allowExcessArguments(false)
      .action(async () => done(await run(merged(command), command.processedArgs as readonly string[])));
    program.addCommand(command);
  };

  add(
    withGlobal(new Command("init"))
      .description("write a commented starter rolecall.yaml and .gitignore lines")
      .addOption(
        new Option(
          "--ci <system>",
          "also write a pipeline: plan on pull requests, apply of the reviewed plan on merge",
        ).choices(["github", "gitlab"]),
      )
      .option("--force", "overwrite files that exist"),
    async (options) => (await import("./commands/init.ts")).initCommand(io, options),
  );
  add(
    withFiles(new Command("validate")).description("check syntax, schema and references: no network, no secrets"),
    async (options) => (await import("./commands/validate.ts")).validateCommand(io, options),
  );
  add(
    withPaths(new Command("fmt"))
      .description("rewrite files in the canonical layout, comments kept")
      .argument("[paths...]", "files or directories, like -f")
      .option("--check", "write nothing; exit 1 when a file is not in the canonical layout"),
    async (options, args) =>
      (await import("./commands/fmt.ts")).fmtCommand(io, options, (args[0] ?? []) as unknown as readonly string[]),
  );
  add(
    withFiles(new Command("test")).description(
      "run the checks on what the files ask for, a pattern as a room of its own: no network, no secrets",
    ),
    async (options) => (await import("./commands/test.ts")).testCommand(io, options),
  );
  add(
    withPlanning(new Command("plan"))
      .description("read the services and print what apply would do; sends no write")
      .option("--snapshot <file>", "plan against a saved reading instead of the services")
      .option("--save-snapshot <file>", "save what was read")
      .option("--out <file>", "save the plan for apply")
      .option("--detailed-exitcode", "exit 2 when there are changes"),
    async (options) => (await import("./commands/plan.ts")).planCommand(io, options),
  );
  add(
    withPlanning(new Command("apply"))
      .description("apply an approved plan; without one: plan, show, ask, apply")
      .argument("[plan]", "a plan saved by plan --out")
      .option("--auto-approve", "do not ask; --auto-approve=unless-widening: only when nobody gains")
      .addOption(new Option(UNLESS_WIDENING).hideHelp())
      .addOption(new Option("--on-error <what>", "after a failed call").choices(["stop", "continue"]).default("stop"))
      .addOption(
        new Option("--lock-timeout <duration>", "how long to wait for another apply")
          .argParser(duration)
          .default(0, "do not wait"),
      )
      .addOption(new Option("--wait <duration>", "keep applying what is pending until then").argParser(duration)),
    async (options, args) => (await import("./commands/apply.ts")).applyCommand(io, options, args[0]),
  );
  add(
    withGlobal(new Command("show"))
      .description("print a saved plan")
      .argument("<plan>", "a plan saved by plan --out")
      .option("--detailed-exitcode", "exit 2 when the plan has changes"),
    async (options, args) => (await import("./commands/show.ts")).showCommand(io, options, args[0] ?? ""),
  );
  add(
    withServices(new Command("who-can"))
      .description("who has a capability in a room, and by which path")
      .argument("<capability>", "for example liveblocks:room:write")
      .requiredOption("--in <room>", "id of the room")
      .option("--live", "ask the service instead of the files"),
    async (options, args) => (await import("./commands/who-can.ts")).whoCanCommand(io, options, args[0] ?? ""),
  );
  add(
    withServices(new Command("explain"))
      .description("what somebody may do in a room, and by which path")
      .argument("[user]", "a user id")
      .option("--everyone", "anyone who is not named")
      .option("--group <id>", "a group that the service knows")
      .requiredOption("--in <room>", "id of the room")
      .option("--live", "ask the service instead of the files"),
    async (options, args) => (await import("./commands/explain.ts")).explainCommand(io, options, args[0]),
  );
  add(
    withServices(new Command("token"))
      .description("the room token's grant for this user, and the token")
      .argument("<room>", "id of the room")
      .argument("<user>", "a user id")
      .requiredOption("--on <provider>", "the provider, by its name in the files")
      .addOption(
        new Option(
          "--ttl <duration>",
          "how long it lasts, at most 24h (default: 1h, never longer than the grant)",
        ).argParser(duration),
      ),
    async (options, args) =>
      (await import("./commands/token.ts")).tokenCommand(io, options, args[0] ?? "", args[1] ?? ""),
  );
  add(
    withGlobal(new Command("sandbox"))
      .description("run local stand-ins of the services, with sample rooms, until interrupted")
      .option("--reset", "start again from the sample rooms"),
    async (options) => (await import("./commands/sandbox.ts")).sandboxCommand(io, options),
  );
  add(withGlobal(new Command("schema")).description("print the JSON Schema of the files, for editors"), async () =>
    (await import("./commands/schema.ts")).schemaCommand(io),
  );
  return program;
};
