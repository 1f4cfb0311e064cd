import { type Command, InvalidArgumentError, Option } from "commander";

/** Options that every command takes. */
export type GlobalOptions = { readonly chdir?: string; readonly json?: boolean; readonly color: boolean };

/** Options where files are read. */
export type FileOptions = GlobalOptions & {
  readonly file: readonly string[];
  readonly policy: readonly string[];
  readonly at?: string;
  readonly allowEnv: readonly string[];
  readonly allowHost: readonly string[];
};

/** Options where services are read. */
export type ServiceOptions = FileOptions & {
  readonly sandbox?: boolean;
  readonly target: readonly string[];
  readonly exclude: readonly string[];
  readonly parallelism: number;
  readonly snapshot?: string;
};

/** Options that a plan is made with. */
export type PlanOptions = ServiceOptions & {
  readonly saveSnapshot?: string;
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly allowRemovals: readonly string[];
  readonly allowGains: readonly string[];
  readonly allowCreations?: number;
  readonly acceptTransient: readonly string[];
};

export type ApplyOptions = PlanOptions & {
  readonly autoApprove?: boolean;
  readonly autoApproveUnlessWidening?: boolean;
  readonly onError: "stop" | "continue";
  readonly lockTimeout: number;
  readonly wait?: number;
};

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];
const repeatable = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(collect).default([]);

const count = (value: string): number => {
  const number = Number(value);
  if (!/^\d+$/u.test(value) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError("It must be a whole number.");
  return number;
};
const atLeastOne = (value: string): number => {
  const number = count(value);
  if (number < 1 || number > 1000) throw new InvalidArgumentError("It must be a whole number from 1 to 1000.");
  return number;
};
const scopeCount = (value: string, earlier: readonly string[]): readonly string[] => {
  if (!/^.+=\d+$/u.test(value)) throw new InvalidArgumentError("Write SCOPE=N, for example liveblocks/room/weekly=3.");
  return [...earlier, value];
};

const UNITS = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** `30s`, `10m`, `2h` in milliseconds. Throws commander's InvalidArgumentError. */
export const duration = (value: string): number => {
  const found = /^(\d+)(ms|s|m|h)$/u.exec(value);
  const unit = UNITS.get(found?.[2] ?? "");
  if (found === null || unit === undefined) throw new InvalidArgumentError("Write a duration such as 30s, 10m or 2h.");
  return Number(found[1]) * unit;
};

export const withGlobal = (command: Command): Command =>
  command
    .option("-C, --chdir <dir>", "run as if started in this directory")
    .option("--json", "print one JSON document on standard output")
    .option("--no-color", "print without colours");

/** Where files are read, and nothing else of them matters. */
export const withPaths = (command: Command): Command =>
  withGlobal(command).addOption(
    repeatable(
      "-f, --file <path>",
      "file, directory or - for standard input (repeatable; default rolecall.yaml, else rolecall/)",
    ),
  );

export const withFiles = (command: Command): Command =>
  withPaths(command)
    .addOption(
      repeatable("--policy <file>", "file from the trusted side: may loosen guards, cannot be overridden (repeatable)"),
    )
    .option("--at <time>", "the instant that decides which grants hold (default: now)")
    .addOption(
      repeatable(
        "--allow-env <name>",
        "environment variable that `{ env: NAME }` may name besides the usual ones (repeatable)",
      ),
    )
    .addOption(
      repeatable("--allow-host <host[:port]>", "host that a `baseUrl` may name besides the vendor's (repeatable)"),
    );

export const withServices = (command: Command): Command =>
  withFiles(command)
    .option("--sandbox", "use the embedded stand-ins instead of the services; state in .rolecall/sandbox.json")
    .addOption(
      repeatable("--target <address>", "only this object, with what it needs (address or pattern, repeatable)"),
    )
    .addOption(repeatable("--exclude <address>", "not this object (address or pattern, repeatable)"))
    .addOption(new Option("--parallelism <n>", "requests in flight at once").argParser(atLeastOne).default(10));

export const withPlanning = (command: Command): Command =>
  withServices(command)
    .addOption(
      new Option("--allow-removals <scope=n>", "let n removals in this scope pass the guards (repeatable)")
        .argParser(scopeCount)
        .default([]),
    )
    .addOption(
      new Option("--allow-gains <scope=n>", "let n gains in this scope pass the guards (repeatable)")
        .argParser(scopeCount)
        .default([]),
    )
    .addOption(new Option("--allow-creations <n>", "let n creations pass the guards").argParser(count))
    .addOption(
      repeatable("--accept-transient <address>", "accept a gap that the plan announces at this address (repeatable)"),
    );
