/** Asks a person for approval. Only the word `yes` approves, as everybody knows it from Terraform. */
import { Readable, Writable } from "node:stream";

export type Approval =
  | "approved"
  | "refused"
  /** The person broke the question off (Ctrl-C). */
  | "cancelled"
  /** Nobody sits there to ask: no terminal, or CI. */
  | "nobody-to-ask";

export type ConfirmOptions = {
  /** One line that says what happens on `yes`. */
  readonly message: string;
  readonly input: NodeJS.ReadableStream;
  /** Standard error: standard output belongs to the result. */
  readonly output: NodeJS.WritableStream;
  /** Both streams are terminals. */
  readonly interactive: boolean;
  readonly ci: boolean;
  readonly signal?: AbortSignal;
};

/** Asks once. Never asks without a terminal or in CI. The prompt library is loaded only when there is somebody to ask. */
export const confirm = async (options: ConfirmOptions): Promise<Approval> => {
  const { input, output } = options;
  if (!options.interactive || options.ci) return "nobody-to-ask";
  if (!(input instanceof Readable) || !(output instanceof Writable)) return "nobody-to-ask";
  const { isCancel, text } = await import("@clack/prompts");
  const answer = await text({
    message: `${options.message}\nOnly "yes" is accepted to approve.`,
    input,
    output,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (isCancel(answer)) return "cancelled";
  return typeof answer === "string" && answer.trim() === "yes" ? "approved" : "refused";
};
