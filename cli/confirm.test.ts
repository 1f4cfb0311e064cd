import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { type Approval, confirm } from "./confirm.ts";

const ask = async (
  keys: string,
  change: { readonly interactive?: boolean; readonly ci?: boolean } = {},
): Promise<{ readonly approval: Approval; readonly shown: string }> => {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = "";
  output.on("data", (chunk: Buffer) => {
    if (shown === "") setImmediate(() => input.write(keys));
    shown += chunk.toString();
  });
  const approval = await confirm({
    message: "Apply these changes?",
    input,
    output,
    interactive: true,
    ci: false,
    ...change,
  });
  return { approval, shown };
};

describe("confirm", () => {
  it("takes yes for approval and shows the question", async () => {
    const { approval, shown } = await ask("yes\r");
    expect(approval).toBe("approved");
    expect(shown).toContain("Apply these changes?");
  });

  it.each(["y\r", "YES\r", "no\r", "\r", "yess\r", "yes please\r"])("takes %j for a refusal", async (keys) => {
    expect((await ask(keys)).approval).toBe("refused");
  });

  it("tells a break from a refusal", async () => {
    expect((await ask("ye\u0003")).approval).toBe("cancelled");
  });

  it.each([{ interactive: false }, { ci: true }])("asks nobody when %j", async (change) => {
    expect(await ask("yes\r", change)).toEqual({ approval: "nobody-to-ask", shown: "" });
  });
});
