/** What comes before what, and what is sent in steps, against a stand-in of Liveblocks. */
import { describe, expect, it } from "vitest";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { type Answer, room, type Seen } from "./stand-in.ts";
import { head, inWorld, ROLES } from "./world.ts";

const APPLY = ["apply", "--auto-approve", "--json"];
const REFUSED: Answer = { status: 422, body: { error: "UNPROCESSABLE_ENTITY", message: "no" } };
const isWrite = ({ method }: Seen): boolean => method !== "GET";

describe("a room that is deleted", () => {
  const files = "rooms: { keep: { default: viewer }, old: { absent: true } }\n";
  const rooms = [room("keep"), room("old")];

  it.each(["stop", "continue"])("is still there when another change was refused, with --on-error %s", async (what) => {
    await inWorld(files, rooms, async (world) => {
      const { value: plan } = await world.json<PlanDocument>(["plan", "--json"]);
      expect(plan.calls.map(({ method, after }) => [method, after])).toEqual([
        ["POST", []],
        ["DELETE", ["c1"]],
      ]);
      world.service.hook = ({ method }) => (method === "POST" ? REFUSED : undefined);
      const { code, value } = await world.json<ApplyDocument>([...APPLY, "--on-error", what]);
      expect([code, value.outcomes.map(({ status }) => status)]).toEqual([1, ["failed", "not_started"]]);
      expect([...world.service.rooms.keys()]).toEqual(["keep", "old"]);
      world.service.hook = undefined;
      expect((await world.json<ApplyDocument>(APPLY)).code).toBe(0);
      expect([...world.service.rooms.keys()]).toEqual(["keep"]);
    });
  });
});

describe("a change of more entries than one request may hold", () => {
  const users = (prefix: string) => Array.from({ length: 600 }, (_, index) => `${prefix}${index}`);
  const old = Object.fromEntries(users("old").map((id) => [id, ["*:read"]]));
  const files = `teams: { new: [${users("new").join(", ")}] }
rooms: { big: { default: viewer, teams: { new: editor } } }
guards: { removals: { percent: 1, floor: 1 } }
`;
  const entriesIn = ({ body }: Seen): number =>
    Object.keys((body as typeof REFUSED & { usersAccesses?: object })?.usersAccesses ?? {}).length;
  const LET = ["--allow-removals", "*=1000"];

  it("is made in two calls that both count as needed, and goes on after the first", async () => {
    await inWorld(files, [room("big", { usersAccesses: old })], async (world) => {
      const { value: plan } = await world.json<PlanDocument>(["plan", "--json", ...LET]);
      expect(plan.summary).toMatchObject({ change: 1, calls: 2, minimum_calls: 2 });
      expect(plan.transition).toEqual({ safe: true, points: 3, exceptions: [] });
      let writes = 0;
      world.service.hook = (seen) => {
        if (!isWrite(seen)) return undefined;
        writes += 1;
        return writes === 1 && entriesIn(seen) <= 1000 ? undefined : REFUSED;
      };
      expect((await world.json<ApplyDocument>([...APPLY, ...LET])).code).toBe(13);
      expect(Object.keys(world.service.rooms.get("big")?.usersAccesses ?? {})).toEqual([]);
      world.service.hook = (seen) => (entriesIn(seen) > 1000 ? REFUSED : undefined);
      world.service.forget();
      expect((await world.json<ApplyDocument>([...APPLY, ...LET])).code).toBe(0);
      expect(world.service.writes()).toHaveLength(1);
      expect(Object.keys(world.service.rooms.get("big")?.usersAccesses ?? {})).toHaveLength(600);
      expect((await world.json(["plan", "--detailed-exitcode", "--json"])).code).toBe(0);
    });
  });
});

it("does not send again what is redirected, and says so", async () => {
  await inWorld("rooms: { a: { default: viewer } }\n", [room("a")], async (world) => {
    world.service.hook = (seen) => (isWrite(seen) ? { status: 307, headers: { location: "/v3" } } : undefined);
    const { code, value } = await world.json<ApplyDocument>(APPLY);
    expect([code, world.service.writes().length]).toEqual([1, 1]);
    expect(value.outcomes[0]).toMatchObject({
      status: "failed",
      error: expect.stringContaining("redirects are not followed"),
    });
  });
});

describe("a wrong base URL", () => {
  it("that ends in the version is refused before anything is sent, with the right one", async () => {
    await inWorld("", [room("a")], async (world) => {
      world.write("rolecall.yaml", `${head(`${world.service.url}/v2`)}${ROLES}rooms: { a: { absent: true } }\n`);
      const { code, value } = await world.json<ErrorDocument>(["plan", "--json"]);
      expect([code, value.diagnostics[0]?.code, value.diagnostics[0]?.hint]).toEqual([
        1,
        "invalid-value",
        `write ${world.service.url}`,
      ]);
      expect(world.service.seen).toEqual([]);
    });
  });

  it("is no proof that a room is not there", async () => {
    await inWorld("rooms: { a: { absent: true } }\n", [room("a")], async (world) => {
      world.service.hook = () => ({ status: 404, body: { error: "Not Found" } });
      const { code, value } = await world.json<ErrorDocument>(["plan", "--json"]);
      expect([code, JSON.stringify(value.diagnostics)]).toEqual([1, expect.stringContaining("base URL may be wrong")]);
    });
  });
});

describe("why somebody loses", () => {
  it("is the default where their own entry stays, whether the files list it or not", async () => {
    const closed = "    default: { liveblocks: [room:write, storage:none] }\n";
    const before = room("a", { defaultAccesses: ["*:write"], usersAccesses: { zed: ["*:write"] } });
    for (const users of ["", "    users: { zed: editor }\n"]) {
      await inWorld(`rooms:\n  a:\n${closed}${users}`, [before], async (world) => {
        const { value: plan } = await world.json<PlanDocument>(["plan", "--json"]);
        expect(plan.effects.map(({ subject, via }) => [subject.kind, via])).toEqual([
          ["everyone", "default: inline role"],
          ["user", "default: inline role"],
        ]);
        expect(plan.effects[1]?.source).toEqual(plan.effects[0]?.source);
      });
    }
  });

  it("is a grant that has not started, not one that ended", async () => {
    const files = `rooms:
  a:
    users:
      fut: { role: editor, starts: 2031-01-01 }
      tim: { role: editor, expires: 2020-01-01 }
`;
    const present = room("a", { usersAccesses: { fut: ["*:write"], tim: ["*:write"] } });
    await inWorld(files, [present], async (world) => {
      const { value: plan } = await world.json<PlanDocument>(["plan", "--json"]);
      expect(plan.effects.map(({ via }) => via)).toEqual(["grant not started", "grant ended"]);
      expect((await world.run(["plan"])).out).toContain("grant not started (authoritative)");
    });
  });
});

it("reads a room again that a list shows in two ways", async () => {
  const names = ["a", "b"];
  const files = 'rooms: { "*": { default: viewer } }\n';
  await inWorld(
    files,
    names.map((name) => room(name, { defaultAccesses: ["*:read"] })),
    async (world) => {
      const stale = { ...room("a"), type: "room", organizationId: "default", createdAt: "2026-01-05T10:00:00.000Z" };
      world.service.hook = ({ path }) => {
        if (path !== "/v2/rooms") return undefined;
        const data = [
          { ...stale, defaultAccesses: ["*:read"] },
          { ...stale, id: "b", defaultAccesses: ["*:read"] },
          stale,
        ];
        return { status: 200, body: { data, nextCursor: null } };
      };
      const { code } = await world.json(["plan", "--detailed-exitcode", "--json"]);
      expect([code, world.service.lines()]).toEqual([0, ["GET /v2/rooms", "GET /v2/rooms/a"]]);
    },
  );
});
