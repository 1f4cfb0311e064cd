import schema from "#schemas/rolecall.schema.json" with { type: "json" };
import { EXIT, type ExitCode } from "../exit.ts";
import { printJson } from "../failures.ts";
import type { Io } from "../io.ts";

/** `rolecall schema`: the JSON Schema of the files, for editors. */
export const schemaCommand = async (io: Io): Promise<ExitCode> => {
  printJson(io, schema);
  return EXIT.done;
};
