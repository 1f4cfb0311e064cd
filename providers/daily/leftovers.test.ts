import { afterEach, describe, expect, it } from "vitest";
import { closeSandboxes, documentOf, memoryLedger, openSandbox, planFor, run } from "./fixtures.ts";
import type { DailySandbox } from "./sandbox.ts";

afterEach(closeSandboxes);
const start = async (): Promise<DailySandbox> => {
  const sandbox = await openSandbox();
  sandbox.putRoom("webinar", { properties: { permissions: { canSend: ["audio"] } } });
  for (const userId of ["alice", "zed"]) sandbox.join("webinar", { userId });
  return sandbox;
};
const inline = (users: string): string =>
  `rooms: { webinar: { default: { daily: { canSend: [audio] } }, users: ${users} } }`;
const HOST = "{ alice: { daily: { canSend: true, canAdmin: [participants] } } }";
const rights = (sandbox: DailySandbox) =>
  sandbox.truth("webinar").map(({ userId, permissions }) => [userId, permissions.canSend, permissions.canAdmin]);

describe("a field that no role of the room writes any more", () => {
  it.each([
    ["when the person gets another role", inline("{ alice: { daily: { canSend: [audio] } } }")],
    ["when nobody is named any more", inline("{}")],
    ["when the room says nothing but that nobody is named", "rooms: { webinar: { users: {} } }"],
  ])("is taken back %s", async (_, text) => {
    const sandbox = await start();
    const ledger = memoryLedger();
    await run(sandbox, inline(HOST), ledger);
    expect(rights(sandbox)[0]).toEqual(["alice", true, ["participants"]]);
    const planned = await run(sandbox, text, ledger);
    expect(planned.document.effects).toMatchObject([
      { subject: { id: "alice" }, gains: [], loses: expect.arrayContaining(["daily:admin:participants"]) },
    ]);
    expect(rights(sandbox)[0]).toEqual(["alice", ["audio"], false]);
    expect((await planFor(sandbox, documentOf(text), ledger)).document.resource_changes).toEqual([]);
  });

  it("is taken back when the grant has ended, also where nothing is remembered", async () => {
    const sandbox = await start();
    const timed = "{ alice: { role: host, expires: 2026-05-01 } }";
    const text = `rooms: { webinar: { default: { daily: { canSend: [audio] } }, users: ${timed} } }`;
    await run(sandbox, text.replace("2026-05-01", "2027-05-01"), memoryLedger());
    expect(rights(sandbox)[0]).toEqual(["alice", true, ["participants"]]);
    await run(sandbox, text, memoryLedger());
    expect(rights(sandbox)[0]).toEqual(["alice", ["audio"], false]);
  });

  it("is left to people whom the files do not list where users are additive", async () => {
    const sandbox = await start();
    const ledger = memoryLedger();
    await run(sandbox, inline(HOST), ledger);
    await run(
      sandbox,
      "rooms: { webinar: { mode: { users: additive }, users: { zed: { daily: { canSend: false } } } } }",
      ledger,
    );
    expect(rights(sandbox)).toEqual([
      ["alice", true, ["participants"]],
      ["zed", false, false],
    ]);
  });

  it("is no reason to write to anybody once it is taken back", async () => {
    const sandbox = await start();
    const ledger = memoryLedger();
    await run(sandbox, inline(HOST), ledger);
    await run(sandbox, inline("{}"), ledger);
    sandbox.join("webinar", { userId: "yan" });
    const { calls } = (await planFor(sandbox, documentOf(inline("{}")), ledger)).document;
    expect(calls.map(({ body }) => body)).toEqual([{ data: { "*": { canSend: ["audio"] } } }]);
  });
});
