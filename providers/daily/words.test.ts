import { afterEach, describe, expect, it } from "vitest";
import type { CurrentState, JsonObject } from "../../engine/model.ts";
import { connectionTo, documentOf, memoryLedger, planFor } from "./fixtures.ts";
import { daily } from "./index.ts";
import { type StandIn, standIn } from "./stand-in.ts";

const open: StandIn[] = [];
afterEach(async () => {
  for (const service of open.splice(0)) await service.close();
});

type Permissions = { readonly [field: string]: unknown };
type Domain = { permissions?: Permissions | undefined };

const ALL = ["video", "audio", "screenVideo", "screenAudio", "customVideo", "customAudio"];
const ADMIN = ["transcription", "streaming", "participants"];
const full = (on: boolean) => ({
  video: on,
  audio: on,
  screenVideo: on,
  screenAudio: on,
  customVideo: { "*": on },
  customAudio: { "*": on },
});

/** A service that shows permissions in its own words. It holds what it was sent. */
const serviceShowing = async (show: (permissions: Permissions) => Permissions, domain: Domain = {}) => {
  const rooms = new Map<string, { privacy: string; permissions: Permissions }>();
  const shown = (permissions: Permissions | undefined) =>
    permissions === undefined ? {} : { permissions: show(permissions) };
  const room = (name: string) => {
    const { privacy, permissions } = rooms.get(name) ?? {};
    return { id: `id-${name}`, name, privacy, config: shown(permissions) };
  };
  const put = (name: string, body: Permissions): void => {
    const properties = (body.properties ?? {}) as { permissions?: Permissions };
    const { privacy = "public", permissions = {} } = rooms.get(name) ?? {};
    rooms.set(name, {
      privacy: String(body.privacy ?? privacy),
      permissions: properties.permissions ?? permissions,
    });
  };
  const service = await standIn(({ method, path, body }) => {
    const [, height, id = ""] = path.split("/");
    const given = (body ?? {}) as Permissions;
    if (path === "/") {
      if (method === "POST") domain.permissions = (given.properties as Domain).permissions;
      return [200, { domain_id: "d", config: shown(domain.permissions) }];
    }
    if (path.endsWith("/presence")) return [200, { total_count: 0, data: [] }];
    if (height !== "rooms") return [404, { error: "not-found" }];
    if (method === "POST") put(id === "" ? String(given.name) : id, given);
    const name = id === "" ? String(given.name) : id;
    if (path === "/rooms" && method === "GET") return [200, { total_count: 0, data: [] }];
    return rooms.has(name) ? [200, room(name)] : [404, { error: "not-found" }];
  });
  open.push(service);
  const written = (): readonly unknown[] =>
    service.requests
      .filter(({ method }) => method === "POST")
      .map(({ body }) => ((body as Permissions).properties as Domain | undefined)?.permissions);
  return { service, put, written };
};
type Service = Awaited<ReturnType<typeof serviceShowing>>;

const HEADER = `version: 1
providers: { daily: { apiKey: { env: DAILY_API_KEY }DOMAIN } }
roles:
`;
const documentWith = (role: string, domain?: string) =>
  documentOf(
    `  some: { daily: ${role} }\n${domain === undefined ? "" : `  member: { daily: ${domain} }\n`}rooms: { a: { default: some } }`,
    HEADER.replace("DOMAIN", domain === undefined ? "" : ", roomDefaults: { default: member }"),
  );
const planOf = async ({ service }: Service, role: string, domain?: string) =>
  (await planFor(service, documentWith(role, domain))).document.resource_changes;

/** Sends what is planned, and sees that the read-back is what was planned, and that there is nothing left to do. */
const settle = async ({ service }: Service, role: string, domain?: string): Promise<void> => {
  const document = documentWith(role, domain);
  const ledger = memoryLedger();
  const planned = await planFor(service, document, ledger);
  const config = document.providers.get("daily");
  if (config === undefined) throw new Error("no provider");
  const writer = daily.writer(connectionTo(service, ledger));
  for (const call of planned.calls) expect(await writer.send(call)).toMatchObject({ type: "done" });
  const expected = planned.expected(planned.calls);
  const nothing = { rooms: [], list: false, users: new Map(), roles: [], roomDefaults: false };
  const state: CurrentState = await writer.read({ config, ...nothing, only: [...expected.keys()] });
  await writer.close();
  const seen = Object.fromEntries([...expected.keys()].map((object) => [object, state.objects.get(object)?.spec]));
  expect(plain(seen)).toEqual(plain(Object.fromEntries(expected)));
  expect((await planFor(service, document, ledger)).document.resource_changes).toEqual([]);
};
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

const without = (field: string, equal: unknown) => (permissions: Permissions) =>
  Object.fromEntries(Object.entries(permissions).filter(([name, value]) => name !== field || value !== equal));

describe("a service that leaves out what is built in", () => {
  const role = "{ canSend: [audio], canAdmin: false }";

  it("counts as having what it was sent", async () => {
    const service = await serviceShowing(without("canAdmin", false));
    await settle(service, role);
    expect(service.written()).toEqual([{ canSend: ["audio"], canAdmin: false }]);
  });

  it("counts as having what it was sent for the domain", async () => {
    const service = await serviceShowing(without("canAdmin", false));
    await settle(service, role, role);
  });

  it("does not where the domain has something else", async () => {
    const service = await serviceShowing(without("canAdmin", false), { permissions: { canAdmin: true } });
    await expect(settle(service, role)).rejects.toThrow("to deeply equal");
  });

  it("does not where it did not take what it was sent", async () => {
    const service = await serviceShowing(() => ({ canSend: ["video"] }));
    await expect(settle(service, role)).rejects.toThrow("to deeply equal");
  });
});

type Words = readonly [what: string, role: string, show: (permissions: Permissions) => Permissions];
const receiving = ({ canReceive, ...rest }: Permissions, edit: (receive: JsonObject) => object): Permissions =>
  canReceive === undefined ? rest : { ...rest, canReceive: edit(canReceive as JsonObject) };
const WORDS: readonly Words[] = [
  ["base true in full", "{ canReceive: { base: true } }", (p) => receiving(p, (r) => ({ ...r, base: full(true) }))],
  ["base false in full", "{ canReceive: { base: false } }", (p) => receiving(p, (r) => ({ ...r, base: full(false) }))],
  [
    "a full base as true",
    "{ canReceive: { base: { video: true, audio: true, screenVideo: true, screenAudio: true, customVideo: { '*': true }, customAudio: { '*': true, x: true } } } }",
    (p) => receiving(p, (r) => ({ ...r, base: true })),
  ],
  [
    "nothing of one sender in full",
    "{ canReceive: { base: true, byUserId: { zed: false } } }",
    (p) => receiving(p, (r) => ({ base: full(true), byUserId: r.byUserId && { zed: full(false) } })),
  ],
  [
    "a sender's other media as in base",
    "{ canReceive: { base: true, byUserId: { zed: { video: false } } } }",
    (p) => receiving(p, (r) => ({ base: true, byUserId: r.byUserId && { zed: { ...full(true), video: false } } })),
  ],
  ["everything to send as a list", "{ canSend: true }", (p) => ({ ...p, canSend: ALL })],
  ["all administration as a list", "{ canAdmin: true }", (p) => ({ ...p, canAdmin: ADMIN })],
  ["a list of all to send as true", `{ canSend: [${ALL.join(", ")}] }`, (p) => ({ ...p, canSend: true })],
  ["a list of all administration as true", `{ canAdmin: [${ADMIN.join(", ")}] }`, (p) => ({ ...p, canAdmin: true })],
  ["nothing to send as an empty list", "{ canSend: false }", (p) => ({ ...p, canSend: [] })],
  [
    "everything that was not sent",
    "{ canSend: [audio] }",
    (p) => ({ hasPresence: true, canReceive: { base: full(true) }, canAdmin: [], ...p }),
  ],
];

describe("a service that has other words for the same", () => {
  it.each(WORDS)("converges in a room: %s", async (_, role, show) => {
    await settle(await serviceShowing(show), role);
  });

  it.each(WORDS)("converges in a room that was there: %s", async (_, role, show) => {
    const service = await serviceShowing(show);
    service.put("a", {
      properties: { permissions: { hasPresence: false, canSend: ["video"], canAdmin: ["streaming"] } },
    });
    await settle(service, role);
  });

  it.each(WORDS)("converges in the domain: %s", async (_, role, show) => {
    await settle(await serviceShowing(show, { permissions: { canSend: ["video"] } }), "{ hasPresence: true }", role);
  });

  it("shows what differs alone, and is sent the files' words", async () => {
    const service = await serviceShowing((p) => ({ ...p, canSend: ALL }));
    service.put("a", { properties: { permissions: { canSend: true, canAdmin: true } } });
    const [change, ...others] = await planOf(service, "{ canSend: true, canAdmin: false }");
    expect(others).toEqual([]);
    expect(change?.fields.map(({ path }) => path.join("."))).toEqual(["permissions.canAdmin"]);
    await settle(service, "{ canSend: true, canAdmin: false }");
    expect(service.written()).toEqual([{ canSend: true, canAdmin: false }]);
  });

  it("is not taken for one that gives less or more", async () => {
    const found = async (permissions: Permissions, role: string) => {
      const service = await serviceShowing((p) => p);
      service.put("a", { properties: { permissions } });
      return (await planOf(service, role)).length;
    };
    expect(await found({ canSend: ALL.slice(1) }, "{ canSend: true }")).toBe(1);
    expect(
      await found(
        { canReceive: { base: { ...full(true), customAudio: { "*": true, x: false } } } },
        "{ canReceive: { base: true } }",
      ),
    ).toBe(1);
    const one = { base: true, byUserId: { zed: { ...full(false), audio: true } } };
    expect(await found({ canReceive: one }, "{ canReceive: { base: true, byUserId: { zed: false } } }")).toBe(1);
    const partial = { base: full(true), byUserId: { zed: { audio: false } } };
    const same =
      "byUserId: { zed: { audio: false, video: true, screenVideo: true, screenAudio: true, customVideo: { '*': true }, customAudio: { '*': true } } }";
    expect(await found({ canReceive: partial }, `{ canReceive: { base: true, ${same} } }`)).toBe(0);
    expect(await found({ canReceive: partial }, `{ canReceive: { base: false, ${same} } }`)).toBe(1);
  });

  it("keeps a sender's words apart from a base that changes", async () => {
    const service = await serviceShowing((p) => p);
    service.put("a", {
      properties: { permissions: { canReceive: { base: false, byUserId: { zed: { audio: true } } } } },
    });
    const byUserId = { zed: { ...full(false), audio: true } };
    await settle(service, `{ canReceive: { base: true, byUserId: ${JSON.stringify(byUserId)} } }`);
    expect(service.written()).toEqual([{ canReceive: { base: true, byUserId } }]);
  });
});
