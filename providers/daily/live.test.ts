import { afterEach, describe, expect, it } from "vitest";
import type { Json } from "../../engine/model.ts";
import { applyTo, closeSandboxes, documentOf, memoryLedger, openSandbox, planFor, run } from "./fixtures.ts";
import type { DailySandbox, DailySandboxOptions } from "./sandbox.ts";

afterEach(closeSandboxes);
const start = async (options: DailySandboxOptions = {}): Promise<DailySandbox> => {
  const sandbox = await openSandbox(options);
  sandbox.putRoom("webinar", { properties: { permissions: { canSend: false, canAdmin: false } } });
  return sandbox;
};

const WEBINAR = "rooms: { webinar: { default: audience, users: { alice: host, bob: panel } } }";
const STAR = { canAdmin: false, canSend: false };
const PANEL = { canAdmin: false, canSend: ["audio", "video"] };
const HOST = { canAdmin: ["participants"], canSend: true };

type Sent = { readonly data: { readonly [key: string]: Json } };
/** What reached the service, by the user ids or the session ids of those who are named. */
const updates = (sandbox: DailySandbox): readonly Sent["data"][] =>
  sandbox.requests
    .filter(({ method, path }) => method === "POST" && path.endsWith("/update-permissions"))
    .map(({ body }) => (body as Sent).data);
const holding = (sandbox: DailySandbox, room = "webinar") =>
  sandbox.truth(room).map(({ userId, permissions }) => [userId, permissions.canSend, permissions.canAdmin]);
const liveCalls = (planned: Awaited<ReturnType<typeof planFor>>) =>
  planned.document.calls.filter(({ changes }) => changes.some((object) => object.startsWith("daily/live/")));
/** The keys of what the plan says will be sent. */
const printed = (planned: Awaited<ReturnType<typeof planFor>>) =>
  liveCalls(planned).flatMap(({ body }) => Object.keys((body as Sent).data));

describe("a running call", () => {
  it("of 500 people with 3 named is changed by one call with four entries", async () => {
    const sandbox = await start();
    const users = ["alice", "bob", "erin"].map((id) => [id, sandbox.join("webinar", { userId: id })] as const);
    for (let n = 0; n < 497; n += 1) sandbox.join("webinar", { userId: n % 2 === 0 ? `p${n}` : null });
    const ledger = memoryLedger();
    const text = "rooms: { webinar: { default: audience, users: { alice: host, bob: panel, erin: panel } } }";
    const planned = await run(sandbox, text, ledger);
    expect(planned.document.summary).toMatchObject({ calls: 1, minimum_calls: 1 });
    expect(updates(sandbox)).toHaveLength(1);
    expect(updates(sandbox)[0]).toEqual({
      "*": STAR,
      [users[0]?.[1] ?? ""]: HOST,
      [users[1]?.[1] ?? ""]: PANEL,
      [users[2]?.[1] ?? ""]: PANEL,
    });
    const held = holding(sandbox);
    expect(held.filter(([, send]) => send === false)).toHaveLength(497);
    const again = await planFor(sandbox, documentOf(text), ledger);
    expect(again.document.resource_changes).toEqual([]);
  });

  it("takes one call with one entry when one person is promoted", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "bob"]) sandbox.join("webinar", { userId });
    const session = sandbox.join("webinar", { userId: "zed" });
    for (let n = 0; n < 20; n += 1) sandbox.join("webinar");
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    const promoted = "rooms: { webinar: { default: audience, users: { alice: host, bob: panel, zed: panel } } }";
    const planned = await run(sandbox, promoted, ledger);
    expect(liveCalls(planned)).toMatchObject([
      { method: "POST", path: "/rooms/webinar/update-permissions", body: { data: { "user:zed": PANEL } } },
    ]);
    expect(printed(planned)).toEqual(["user:zed"]);
    expect(updates(sandbox).at(-1)).toEqual({ [session]: PANEL });
    expect(planned.document.effects).toMatchObject([
      { subject: { kind: "user", id: "zed" }, gains: ["daily:send:audio", "daily:send:video"], loses: [] },
    ]);
  });

  it("takes one entry when one person is no longer named, and leaves nothing behind", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "bob", "zed", "yan"]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    const bob = sandbox.truth("webinar")[1]?.sessionId ?? "";
    const planned = await run(sandbox, "rooms: { webinar: { default: audience, users: { alice: host } } }", ledger);
    expect(updates(sandbox).at(-1)).toEqual({ [bob]: { canAdmin: false, canSend: false } });
    expect(planned.document.effects).toMatchObject([{ subject: { kind: "user", id: "bob" }, gains: [] }]);
    expect(holding(sandbox)[1]).toEqual(["bob", false, false]);
  });

  it("sends what is new for everybody by `*`, and names those who differ", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "bob", null]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    await run(sandbox, WEBINAR.replace("default: audience", "default: panel"), ledger);
    const [alice] = sandbox.truth("webinar");
    expect(updates(sandbox).at(-1)).toEqual({ "*": PANEL, [alice?.sessionId ?? ""]: HOST });
    expect(holding(sandbox)).toEqual([
      ["alice", true, ["participants"]],
      ["bob", ["audio", "video"], false],
      [null, ["audio", "video"], false],
    ]);
  });

  it("reaches every session of one user", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "alice", "zed"]) sandbox.join("webinar", { userId });
    await run(sandbox, WEBINAR, memoryLedger());
    expect(holding(sandbox)).toEqual([
      ["alice", true, ["participants"]],
      ["alice", true, ["participants"]],
      ["zed", false, false],
    ]);
  });

  it("causes one call with just the newcomer when somebody comes back", async () => {
    const sandbox = await start();
    const first = sandbox.join("webinar", { userId: "alice" });
    for (let n = 0; n < 5; n += 1) sandbox.join("webinar");
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    const second = sandbox.rejoin("webinar", first);
    const planned = await run(sandbox, WEBINAR, ledger);
    expect(liveCalls(planned)).toHaveLength(1);
    expect(updates(sandbox).at(-1)).toEqual({ [second]: HOST });
    const stranger = sandbox.join("webinar");
    await run(sandbox, WEBINAR, ledger);
    expect(updates(sandbox).at(-1)).toEqual({ [stranger]: STAR });
    expect(updates(sandbox)).toHaveLength(3);
  });

  it("counts a newcomer as a loss, and nobody else", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "bob"]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    sandbox.join("webinar", { userId: "alice" });
    const { guards, resource_changes } = (await planFor(sandbox, documentOf(WEBINAR), ledger)).document;
    expect(resource_changes[0]?.fields.map(({ path, before }) => [path[0], before])).toEqual([
      ["user:alice", "(unknown)"],
      ["user:alice", "(unknown)"],
    ]);
    expect(guards.find(({ guard }) => guard === "removals")).toMatchObject({ count: 1 });
  });

  it("knows what was sent of somebody of whom another field is not known", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "bob"]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    const more =
      "rooms: { webinar: { default: audience, users: { alice: host, bob: { daily: { canReceive: { base: true } } } } } }";
    const { resource_changes } = (await planFor(sandbox, documentOf(more), ledger)).document;
    expect(resource_changes[0]?.fields.map(({ path, before, after }) => [path.join("."), before, after])).toEqual([
      ["user:alice.canReceive.base", "(unknown)", "true"],
      ["user:bob.canReceive.base", "(unknown)", "true"],
      ["user:bob.canSend", "[audio, video]", "none"],
    ]);
  });

  it("is unknown before without a ledger, and a second run with one sends nothing", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "zed"]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    const planned = await run(sandbox, WEBINAR, ledger);
    const [change] = planned.document.resource_changes;
    expect(new Set(change?.fields.map(({ before }) => before))).toEqual(new Set(["(unknown)"]));
    expect(planned.document.guards[0]).toMatchObject({ guard: "removals", passed: true });
    expect(planned.document.guards[0]?.count).toBeGreaterThan(0);
    await run(sandbox, WEBINAR, ledger);
    expect(updates(sandbox)).toHaveLength(1);
    await run(sandbox, WEBINAR, memoryLedger());
    expect(updates(sandbox)).toHaveLength(2);
    expect(updates(sandbox)[1]).toEqual(updates(sandbox)[0]);
  });

  it("manages the same fields for everyone, by their whole values", async () => {
    const sandbox = await start();
    const alice = sandbox.join("webinar", { userId: "alice" });
    sandbox.join("webinar", { userId: "zed", token: { canAdmin: true, canReceive: { base: false } } });
    const text = `rooms:
  webinar:
    default: { daily: { canSend: false } }
    users: { alice: { daily: { canReceive: { byUserId: { zed: { video: true } } }, canAdmin: [participants] } } }`;
    await run(sandbox, text, memoryLedger());
    expect(updates(sandbox)[0]).toEqual({
      "*": { canAdmin: false, canReceive: { byUserId: {} }, canSend: false },
      [alice]: { canAdmin: ["participants"], canReceive: { byUserId: { zed: { video: true } } }, canSend: false },
    });
    const [, zed] = sandbox.truth("webinar");
    expect(zed?.permissions).toMatchObject({ canAdmin: false, canSend: false, canReceive: { base: false } });
    expect(JSON.stringify(updates(sandbox))).not.toContain("null");
  });

  it("does not wait for somebody whose grant is only taken away", async () => {
    const sandbox = await start();
    const text = "rooms: { webinar: { mode: { users: additive }, default: audience, users: { bob: absent } } }";
    expect((await planFor(sandbox, documentOf(text), memoryLedger())).document.pending).toEqual([]);
    sandbox.join("webinar", { userId: "alice" });
    expect((await planFor(sandbox, documentOf(text), memoryLedger())).document.pending).toEqual([]);
    sandbox.join("webinar", { userId: "bob" });
    const planned = await run(sandbox, text, memoryLedger());
    expect(printed(planned)).toEqual(["user:bob"]);
  });

  it("does not touch people whom the files do not name where users are additive", async () => {
    const sandbox = await start();
    const alice = sandbox.join("webinar", { userId: "alice" });
    sandbox.join("webinar", { userId: "zed", token: { canSend: true } });
    const planned = await run(
      sandbox,
      "rooms: { webinar: { mode: { users: additive }, default: audience, users: { alice: host } } }",
      memoryLedger(),
    );
    expect(updates(sandbox)).toEqual([{ [alice]: HOST }]);
    expect(printed(planned)).toEqual(["user:alice"]);
    expect(holding(sandbox)[1]).toEqual(["zed", true, false]);
  });

  it("is left to the application with `live: ignore`, and where users are not managed", async () => {
    const sandbox = await start();
    sandbox.join("webinar", { userId: "alice" });
    for (const room of [
      "{ live: ignore, default: panel, users: { alice: host } }",
      "{ default: panel }",
      "{ mode: { users: observe }, default: panel, users: { alice: host } }",
    ]) {
      const planned = await run(sandbox, `rooms: { webinar: ${room} }`, memoryLedger());
      expect(liveCalls(planned)).toEqual([]);
      expect(planned.document.pending).toEqual([]);
    }
    expect(updates(sandbox)).toEqual([]);
  });

  it("says that a new default reaches who joins later where `*` is not sent", async () => {
    const sandbox = await start();
    const planned = await planFor(sandbox, documentOf("rooms: { webinar: { default: panel } }"));
    expect(planned.document.diagnostics).toMatchObject([{ code: "takes-effect-later" }]);
    expect(planned.document.diagnostics[0]?.summary).toContain("reaches who joins later");
  });

  it("is pending while nobody is there, and lists who is missing", async () => {
    const sandbox = await start();
    const idle = await planFor(sandbox, documentOf(WEBINAR));
    expect(idle.document.calls).toEqual([]);
    expect(idle.document.effects).toEqual([]);
    expect(idle.document.pending).toMatchObject([{ address: "daily/live/webinar" }]);
    expect(idle.document.pending[0]?.reason).toContain("nobody is in the call");
    sandbox.join("webinar", { userId: "alice" });
    const running = await planFor(sandbox, documentOf(WEBINAR));
    expect(running.document.pending[0]?.reason).toContain('"bob" is not in the call');
  });

  it("names people by user id, and shows neither sessions nor names", async () => {
    const sandbox = await start();
    const session = sandbox.join("webinar", { userId: "alice", userName: "Alice Canary" });
    sandbox.join("webinar", { userName: "Zed Canary" });
    const planned = await planFor(sandbox, documentOf(WEBINAR));
    const text = JSON.stringify(planned.document);
    expect(text).toContain("user:alice");
    expect(text).not.toContain("Canary");
    expect(text).not.toContain(session);
  });

  it("hides somebody without uncovering them again", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "zed", null]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    const room = (rest: string, role: string): string =>
      `rooms: { webinar: { default: { daily: { canSend: ${rest}, hasPresence: true } }, users: { alice: ${role} } } }`;
    await run(sandbox, room("false", "{ daily: { hasPresence: false, canSend: false } }"), ledger);
    await run(sandbox, room("[audio]", "{ daily: { hasPresence: false, canSend: false } }"), ledger);
    expect(sandbox.truth("webinar").map(({ permissions }) => [permissions.hasPresence, permissions.canSend])).toEqual([
      [false, false],
      [true, ["audio"]],
      [true, ["audio"]],
    ]);
    await run(sandbox, room("[audio]", "{ daily: { hasPresence: true, canSend: [audio] } }"), ledger);
    expect(sandbox.truth("webinar")[0]?.permissions).toMatchObject({ hasPresence: true, canSend: ["audio"] });
  });
});

describe("presence", () => {
  it("that lags is a warning, and no claim that the call is in sync", async () => {
    const sandbox = await start();
    sandbox.join("webinar", { userId: "alice" });
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    const again = await planFor(sandbox, documentOf(WEBINAR), ledger);
    expect(again.document.resource_changes).toEqual([]);
    expect(again.document.diagnostics).toMatchObject([{ severity: "warning", code: "daily/presence-lag" }]);
    expect(again.document.diagnostics[0]?.summary).toContain("is not known");
  });

  it("that does not show somebody yet still lets `*` reach them", async () => {
    let now = Date.UTC(2026, 0, 1);
    const sandbox = await start({ rules: { presenceLagMs: 15_000 }, now: () => now });
    for (const userId of ["alice", "zed"]) sandbox.join("webinar", { userId });
    now += 20_000;
    sandbox.join("webinar", { token: { canSend: true } });
    await run(sandbox, WEBINAR, memoryLedger());
    expect(holding(sandbox)).toEqual([
      ["alice", true, ["participants"]],
      ["zed", false, false],
      [null, false, false],
    ]);
  });

  it("that is short of its total is a warning, and the named are asked for one by one", async () => {
    const sandbox = await start({ rules: { presenceCap: 2 } });
    for (const userId of ["zed", "yan", "alice", "bob", null]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    const planned = await run(sandbox, WEBINAR, ledger);
    expect(planned.document.diagnostics.map(({ code }) => code)).toContain("daily/presence-short");
    expect(holding(sandbox).slice(2, 4)).toEqual([
      ["alice", true, ["participants"]],
      ["bob", ["audio", "video"], false],
    ]);
    const again = await planFor(sandbox, documentOf(WEBINAR), ledger);
    expect(again.document.resource_changes).toMatchObject([{ address: "daily/live/webinar" }]);
    expect(again.document.diagnostics.map(({ code }) => code)).toContain("daily/presence-short");
  });
});

describe("an update of a running call", () => {
  const planned = async (sandbox: DailySandbox, ledger = memoryLedger()) =>
    planFor(sandbox, documentOf(WEBINAR), ledger);

  it.each([404, 400, 200] as const)("is pending when everybody left meanwhile (%i)", async (idleRoom) => {
    const sandbox = await start({ rules: { idleRoom } });
    sandbox.join("webinar", { userId: "alice" });
    const plan = await planned(sandbox);
    sandbox.endCall("webinar");
    expect(await applyTo(sandbox, plan)).toMatchObject([{ status: "not_started", kind: "away" }]);
    expect(updates(sandbox)).toEqual([]);
  });

  it.each([404, 400, 200] as const)("takes lagging presence for nobody to update (%i)", async (idleRoom) => {
    let now = Date.UTC(2026, 0, 1);
    const sandbox = await start({ rules: { idleRoom, presenceLagMs: 15_000 }, now: () => now });
    sandbox.join("webinar", { userId: "alice" });
    now += 20_000;
    const plan = await planned(sandbox);
    sandbox.endCall("webinar");
    const outcomes = await applyTo(sandbox, plan);
    expect(outcomes[0]?.status).toBe({ 404: "not_started", 400: "failed", 200: "done" }[idleRoom]);
    expect(updates(sandbox)).toHaveLength(1);
  });

  it.each([404, 400] as const)("is stale when the room was deleted meanwhile (%i)", async (unknownRoom) => {
    let now = Date.UTC(2026, 0, 1);
    const sandbox = await start({ rules: { unknownRoom, presenceLagMs: 15_000 }, now: () => now });
    sandbox.join("webinar", { userId: "alice" });
    now += 20_000;
    const plan = await planFor(sandbox, documentOf(WEBINAR.replace("audience", "panel")));
    sandbox.removeRoom("webinar");
    expect(await applyTo(sandbox, plan)).toMatchObject([{ status: "failed", kind: "gone" }, { status: "not_started" }]);
  });

  it("is sent in chunks by session where the service takes no more ids", async () => {
    const sandbox = await start({ rules: { maxIds: 100 } });
    const people = Array.from({ length: 120 }, (_, n) => `u${n}`);
    for (const userId of [...people, "zed"]) sandbox.join("webinar", { userId });
    const users = people.map((id) => `${id}: panel`).join(", ");
    const ledger = memoryLedger();
    const text = `rooms: { webinar: { default: audience, users: { ${users} } } }`;
    await run(sandbox, text, ledger);
    expect(updates(sandbox).map((data) => Object.keys(data).length)).toEqual([121, 100, 21]);
    expect(holding(sandbox).filter(([, send]) => Array.isArray(send))).toHaveLength(120);
    expect(holding(sandbox).at(-1)).toEqual(["zed", false, false]);
    expect((await planFor(sandbox, documentOf(text), ledger)).document.resource_changes).toEqual([]);
  });

  it("leaves nothing on the ledger of whose fate is not known", async () => {
    const sandbox = await start();
    for (const userId of ["alice", "bob"]) sandbox.join("webinar", { userId });
    const ledger = memoryLedger();
    await run(sandbox, WEBINAR, ledger);
    const plan = await planFor(sandbox, documentOf(WEBINAR.replace("bob: panel", "bob: host")), ledger);
    sandbox.setFaults([{ fault: "lost", match: { method: ["POST"] } }]);
    expect(await applyTo(sandbox, plan, ledger)).toMatchObject([{ status: "unknown" }]);
    expect(JSON.stringify([...ledger.entries])).not.toContain("user:bob");
    expect(JSON.stringify([...ledger.entries])).toContain("user:alice");
  });

  it("is not sent when the ledger cannot be kept", async () => {
    const sandbox = await start();
    sandbox.join("webinar", { userId: "alice" });
    const plan = await planned(sandbox);
    const broken = { ...memoryLedger(), save: () => Promise.reject(new Error("no space left on the disk")) };
    const outcomes = await applyTo(sandbox, plan, broken);
    expect(outcomes).toMatchObject([{ status: "failed", kind: "stop" }]);
    expect(outcomes[0]?.error).toContain("no space left");
    expect(updates(sandbox)).toEqual([]);
  });

  it("waits when it is throttled without Retry-After", async () => {
    const sandbox = await start();
    sandbox.join("webinar", { userId: "alice" });
    const plan = await planned(sandbox);
    sandbox.setFaults([{ fault: "throttle", times: 2 }]);
    expect(await applyTo(sandbox, plan)).toMatchObject([{ status: "done" }]);
  });
});

it("drops what it kept of a call that is over", async () => {
  const sandbox = await start();
  const ledger = memoryLedger();
  sandbox.join("webinar", { userId: "alice" });
  await run(sandbox, WEBINAR, ledger);
  expect(ledger.entries.size).toBe(1);
  const first = sandbox.truth("webinar")[0]?.sessionId ?? "";
  sandbox.leave("webinar", first);
  sandbox.join("webinar", { userId: "alice" });
  await run(sandbox, WEBINAR, ledger);
  expect(JSON.stringify([...ledger.entries])).not.toContain(first);
});
