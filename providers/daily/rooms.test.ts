import { afterEach, describe, expect, it } from "vitest";
import {
  applyTo,
  closeSandboxes,
  connectionTo,
  documentOf,
  memoryLedger,
  openSandbox,
  planFor,
  run,
} from "./fixtures.ts";
import { daily } from "./index.ts";
import type { DailySandbox } from "./sandbox.ts";

afterEach(closeSandboxes);
const writes = (sandbox: DailySandbox) =>
  sandbox.requests
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, body }) => [`${method} ${path}`, body] as const);
const reads = (sandbox: DailySandbox): readonly string[] =>
  sandbox.requests.filter(({ method }) => method === "GET").map(({ path, query }) => `${path}?${query}`);
const calls = async (sandbox: DailySandbox, text: string, header?: string) => {
  const planned = await planFor(sandbox, documentOf(text, header));
  return planned.document.calls.map(({ method, path, body }) => [`${method} ${path}`, body] as const);
};
const changes = async (sandbox: DailySandbox, text: string) =>
  (await planFor(sandbox, documentOf(text))).document.resource_changes;

it("is refused where a room differs from it only by case", async () => {
  const sandbox = await openSandbox();
  sandbox.putRoom("webinar");
  const { diagnostics } = (await planFor(sandbox, documentOf("rooms: { Webinar: { default: audience } }"))).document;
  expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
    { code: "daily/other-case", summary: expect.stringContaining('"webinar"') },
  ]);
});

describe("a room", () => {
  it("is created private unless the files say otherwise, with the complete permissions", async () => {
    const sandbox = await openSandbox();
    expect(await calls(sandbox, "rooms: { a: { default: audience, users: { alice: host } } }")).toEqual([
      [
        "POST /rooms",
        { name: "a", privacy: "private", properties: { permissions: { canAdmin: false, canSend: false } } },
      ],
    ]);
    expect(await calls(sandbox, "rooms: { a: { settings: { daily: { privacy: public } } } }")).toEqual([
      ["POST /rooms", { name: "a", privacy: "public" }],
    ]);
  });

  it("is created in one batch with others, and deleted in one", async () => {
    const sandbox = await openSandbox();
    const names = Array.from({ length: 120 }, (_, n) => `class-${n}`);
    const text = (rest: string): string => `rooms: { ${names.map((name) => `${name}: ${rest}`).join(", ")} }`;
    await run(sandbox, text("{ default: audience }"), memoryLedger());
    expect(writes(sandbox).map(([line]) => line)).toEqual(["POST /v1/batch/rooms"]);
    expect(sandbox.room("class-119")).toMatchObject({ privacy: "private" });
    const planned = await planFor(sandbox, documentOf(text("{ absent: true }")));
    expect(planned.document.calls).toMatchObject([{ method: "DELETE", path: "/batch/rooms" }]);
    expect(planned.document.summary).toMatchObject({ destroy: 120, calls: 1, minimum_calls: 1 });
  });

  it("takes batches of at most 1000", async () => {
    const sandbox = await openSandbox();
    const names = Array.from({ length: 1001 }, (_, n) => `r${n}: { default: audience }`);
    const made = await calls(sandbox, `rooms: { ${names.join(", ")} }`);
    expect(made.map(([line]) => line)).toEqual(["POST /batch/rooms", "POST /rooms"]);
  });

  it("changes by what differs, with its permissions whole and null to unset", async () => {
    const sandbox = await openSandbox();
    sandbox.putRoom("a", {
      properties: {
        permissions: { hasPresence: false, canSend: true },
        enable_chat: true,
        geo: "eu",
        max_participants: 5,
      },
    });
    const text = `rooms: { a: { default: panel, settings: { daily: {
      privacy: private, enable_chat: false, max_participants: absent, start_audio_off: true } } } }`;
    expect(await calls(sandbox, text)).toEqual([
      [
        "POST /rooms/a",
        {
          privacy: "private",
          properties: {
            enable_chat: false,
            max_participants: null,
            permissions: { canAdmin: false, canSend: ["audio", "video"], hasPresence: false },
            start_audio_off: true,
          },
        },
      ],
    ]);
    await run(sandbox, text, memoryLedger());
    expect(sandbox.room("a")?.properties).toMatchObject({ geo: "eu" });
    expect(await calls(sandbox, text)).toEqual([]);
  });

  it.each(["vendor", "domain"] as const)(
    "is no change where config leaves out what equals the %s default",
    async (defaultsFrom) => {
      const sandbox = await openSandbox({ rules: { defaultsFrom, domainShows: "always" } });
      sandbox.putDomain({ permissions: { canSend: ["audio"] } });
      sandbox.putRoom("a");
      const ledger = memoryLedger();
      const text = `rooms: { a: { default: { daily: { canSend: [audio], canAdmin: false } }, settings: { daily: {
        privacy: public, enable_screenshare: true, enable_chat: false, max_participants: 200 } } } }`;
      await run(sandbox, text, ledger);
      expect(writes(sandbox)).toEqual([]);
    },
  );

  it("takes an answer that leaves out an on/off setting for its default", async () => {
    const sandbox = await openSandbox({ rules: { defaultsFrom: "domain" } });
    sandbox.putDomain({ enable_people_ui: true });
    sandbox.putRoom("a", { properties: { enable_people_ui: false } });
    const ledger = memoryLedger();
    const text = "rooms: { a: { settings: { daily: { enable_people_ui: true } } } }";
    await run(sandbox, text, ledger);
    expect((await planFor(sandbox, documentOf(text), ledger)).document.resource_changes).toEqual([]);
  });

  it("reads lists as sets, and none as false", async () => {
    const sandbox = await openSandbox();
    sandbox.putRoom("a", { properties: { permissions: { canSend: ["video", "audio"], canAdmin: [] } } });
    expect(await changes(sandbox, "rooms: { a: { default: panel } }")).toEqual([]);
  });

  it("is found by a pattern, page by page", async () => {
    const sandbox = await openSandbox();
    for (let n = 0; n < 250; n += 1) sandbox.putRoom(`class-${n}`, { properties: { permissions: { canSend: true } } });
    const planned = await planFor(sandbox, documentOf('rooms: { "class-*": { default: audience } }'));
    expect(planned.document.summary.change).toBe(250);
    expect(reads(sandbox).filter((line) => line.startsWith("/v1/rooms?"))).toHaveLength(4);
  });

  it.each([404, 400] as const)(
    "that is not there is created, or pending with create: false (%i)",
    async (unknownRoom) => {
      const sandbox = await openSandbox({ rules: { unknownRoom } });
      expect((await calls(sandbox, "rooms: { a: { default: audience } }")).map(([line]) => line)).toEqual([
        "POST /rooms",
      ]);
      const planned = await planFor(sandbox, documentOf("rooms: { a: { default: audience, create: false } }"));
      expect(planned.document.calls).toEqual([]);
      expect(planned.document.pending).toMatchObject([{ address: "daily/room/a" }]);
      expect(await calls(sandbox, "rooms: { a: { absent: true } }")).toEqual([]);
    },
  );

  it("that has expired counts as gone", async () => {
    const sandbox = await openSandbox();
    sandbox.putRoom("a", { properties: { exp: 1 } });
    expect((await calls(sandbox, "rooms: { a: { default: audience } }")).map(([line]) => line)).toEqual([
      "POST /rooms",
    ]);
    await run(sandbox, "rooms: { a: { default: audience } }", memoryLedger());
    expect(sandbox.room("a")?.properties).not.toHaveProperty("exp");
    const over = await planFor(sandbox, documentOf("rooms: { b: { settings: { daily: { exp: 1 } } } }"));
    expect(over.document.calls).toEqual([]);
    expect(over.document.pending[0]?.reason).toContain("has passed");
  });

  it.each([404, 400] as const)("that was deleted between plan and apply is stale (%i)", async (unknownRoom) => {
    const sandbox = await openSandbox({ rules: { unknownRoom } });
    sandbox.putRoom("a");
    const planned = await planFor(sandbox, documentOf("rooms: { a: { default: audience } }"));
    sandbox.removeRoom("a");
    expect(await applyTo(sandbox, planned)).toMatchObject([{ status: "failed", kind: "gone" }]);
  });

  it.each([404, 400] as const)("that is gone already counts as deleted (%i)", async (unknownRoom) => {
    const sandbox = await openSandbox({ rules: { unknownRoom } });
    sandbox.putRoom("a");
    const planned = await planFor(sandbox, documentOf("rooms: { a: { absent: true } }"));
    sandbox.removeRoom("a");
    expect(await applyTo(sandbox, planned)).toMatchObject([{ status: "done" }]);
  });

  it("that was made between plan and apply is stale", async () => {
    const sandbox = await openSandbox();
    const planned = await planFor(sandbox, documentOf("rooms: { a: { default: audience } }"));
    sandbox.putRoom("a");
    expect(await applyTo(sandbox, planned)).toMatchObject([{ status: "failed", kind: "stale" }]);
  });

  it.each(["array", "data"] as const)("is read from either form of a batch answer (%s)", async (batchAnswer) => {
    const sandbox = await openSandbox({ rules: { batchAnswer } });
    const planned = await planFor(sandbox, documentOf("rooms: { a: { default: audience }, b: { default: panel } }"));
    const [outcome] = await applyTo(sandbox, planned);
    expect([...(outcome?.seen.keys() ?? [])]).toEqual(["daily/room/a", "daily/room/b"]);
  });

  it("is observed without a call", async () => {
    const sandbox = await openSandbox();
    sandbox.putRoom("a", { properties: { permissions: { canSend: true } } });
    const planned = await planFor(
      sandbox,
      documentOf("rooms: { a: { mode: observe, default: audience, settings: { daily: { privacy: private } } } }"),
    );
    expect(planned.document.calls).toEqual([]);
    expect(planned.document.resource_drift).toMatchObject([{ address: "daily/room/a" }]);
  });
});

describe("the domain", () => {
  const HEADER = `version: 1
providers: { daily: { apiKey: { env: DAILY_API_KEY }, roomDefaults: { default: member } } }
roles: { member: { daily: { canSend: [audio], canAdmin: false } } }
`;
  const ROOM = "rooms: { a: { default: member } }";

  it.each(["always", "post", "never"] as const)(
    "converges where its permissions are shown: %s",
    async (domainShows) => {
      const sandbox = await openSandbox({ rules: { domainShows } });
      sandbox.putRoom("a", { properties: { permissions: { canSend: ["audio"], canAdmin: false } } });
      const ledger = memoryLedger();
      const planned = await run(sandbox, ROOM, ledger, HEADER);
      expect(planned.document.calls).toMatchObject([
        { method: "POST", path: "/", body: { properties: { permissions: { canSend: ["audio"], canAdmin: false } } } },
      ]);
      expect(planned.document.diagnostics.map(({ code }) => code)).toContain("daily/whole-domain");
      const again = await planFor(sandbox, documentOf(ROOM, HEADER), ledger);
      expect(again.document.resource_changes).toEqual([]);
      const without = await planFor(sandbox, documentOf(ROOM, HEADER), memoryLedger());
      expect(without.document.resource_changes).toHaveLength(domainShows === "always" ? 0 : 1);
    },
  );

  it("is unknown before where it is neither shown nor on the ledger", async () => {
    const sandbox = await openSandbox();
    sandbox.putRoom("a");
    const planned = await planFor(sandbox, documentOf(ROOM, HEADER));
    expect(planned.document.resource_changes.find(({ kind }) => kind === "domain")?.fields[0]?.before).toBe(
      "(unknown)",
    );
  });

  it("gives a room its values, which then needs no call of its own", async () => {
    const sandbox = await openSandbox({ rules: { domainShows: "always" } });
    sandbox.putRoom("a");
    expect((await calls(sandbox, ROOM, HEADER)).map(([line]) => line)).toEqual(["POST /"]);
  });

  it("is one account whichever key is used", async () => {
    const sandbox = await openSandbox();
    const reader = daily.reader(connectionTo(sandbox, memoryLedger()));
    expect(await reader.account()).toBe("00000000-0000-4000-8000-000000000000");
    await reader.close();
  });
});

it("never shows the API key", async () => {
  const sandbox = await openSandbox();
  const reader = daily.reader({ ...connectionTo(sandbox, memoryLedger()), values: { apiKey: "canary-canary-key" } });
  const error: unknown = await reader.account().catch((failure: unknown) => failure);
  expect(error).toMatchObject({ name: "ServiceFailure", kind: "stop" });
  expect(String(error)).not.toContain("canary");
  await reader.close();
});
