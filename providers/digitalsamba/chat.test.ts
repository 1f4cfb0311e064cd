import { afterEach, describe, expect, it } from "vitest";
import { resolvePolicy } from "../../engine/load/resolve.ts";
import { apply, load, type Made, plan } from "./harness.ts";
import { policyFaults } from "./policy-faults.ts";
import { type DigitalsambaSandbox, sampleState, startDigitalsambaSandbox } from "./sandbox.ts";

const open: DigitalsambaSandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});
const start = async (values: { readonly [key: string]: unknown } = {}): Promise<DigitalsambaSandbox> => {
  const state = sampleState();
  const rooms = state.rooms.map((one) =>
    one.friendly_url === "class-7a" ? { ...one, values: { ...one.values, ...values } } : one,
  );
  const sandbox = await startDigitalsambaSandbox({ rateLimit: false, state: { ...state, rooms } });
  open.push(sandbox);
  return sandbox;
};
const text = (settings: string, name = "class-7a"): string => `roles:
  attendee: { digitalsamba: existing }
  moderator: { digitalsamba: existing }
rooms:
  ${name}: { default: attendee, users: { alice: moderator }, settings: { digitalsamba: { ${settings} } } }
`;
const body = (made: Made): unknown => JSON.parse(JSON.stringify(made.calls[0]?.body ?? null));
const errors = (made: Made) => made.errors.map(({ code }) => code);

describe("the roles of the private group chat", () => {
  it("are written together with the switch where it is on already", async () => {
    const sandbox = await start({ private_group_chat_enabled: true });
    const files = text("private_group_chat_roles: [moderator]");
    const made = await plan(sandbox, files);
    expect(body(made)).toEqual({ private_group_chat_enabled: true, private_group_chat_roles: ["moderator"] });
    await apply(sandbox, made);
    expect((await plan(sandbox, files)).lines).toEqual([]);
  });

  it("are written together with the switch that the files turn on", async () => {
    const sandbox = await start();
    const both = "private_group_chat_enabled: true, private_group_chat_roles: [moderator]";
    const pair = { private_group_chat_enabled: true, private_group_chat_roles: ["moderator"] };
    expect(body(await plan(sandbox, text(both)))).toEqual(pair);
    expect(body(await plan(sandbox, text(both, "aula")))).toMatchObject(pair);
  });

  it("are an error at their line where the switch is off, and the files do not turn it on", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, text("private_group_chat_roles: [moderator]"));
    expect(errors(made)).toEqual(["digitalsamba/chat-off"]);
    expect(made.errors[0]?.source?.locate().start.line).toBe(10);
    expect(errors(await plan(sandbox, text("private_group_chat_roles: [moderator]", "aula")))).toEqual([
      "digitalsamba/chat-off",
    ]);
  });

  it("are an error offline where the files turn it off", async () => {
    const { document } = load(text("private_group_chat_enabled: false, private_group_chat_roles: [moderator]"));
    const { policy } = resolvePolicy(document, "digitalsamba", new Set(), 0);
    expect(policyFaults(policy).map(({ code }) => code)).toEqual(["digitalsamba/chat-off"]);
    const made = await plan(
      await start(),
      text("private_group_chat_enabled: false, private_group_chat_roles: [moderator]"),
    );
    expect(errors(made)).toEqual(["digitalsamba/chat-off"]);
  });

  it("stay where the files write none, and the switch goes off alone", async () => {
    const sandbox = await start({ private_group_chat_enabled: true });
    expect(body(await plan(sandbox, text("private_group_chat_enabled: false")))).toEqual({
      private_group_chat_enabled: false,
    });
  });
});
