import { describe, expect, it } from "vitest";
import type { ApplyDocument, PlanDocument } from "../../engine/plan-document.ts";
import { startLiveblocksSandbox } from "../../providers/liveblocks/sandbox.ts";
import { quick, workplace } from "../run.ts";
import { room } from "./stand-in.ts";
import { head, inWorld, ROLES } from "./world.ts";

const ODD = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "7",
  "9007199254740993",
  "a/b",
  "a/../b",
  "what?",
  "x#y",
  "%2F",
  "a b",
  "größe",
  "教室",
  "😀",
  "class-{id}",
  'quote"d',
  "it's",
  "back\\slash",
  "no",
];

describe("ids that are anything", () => {
  it.each(ODD)("a room called %j, and a user and a group wherever that is possible", (id) => {
    const person = id === "__proto__" ? "__proto__x" : id;
    return inWorld(
      `rooms:\n  odd:\n    id: ${JSON.stringify(id)}\n    users: { ${JSON.stringify(person)}: editor }\n    groups: { ${JSON.stringify(person)}: viewer }\n`,
      [],
      async ({ json, run, service, policy }) => {
        const ran = await json<PlanDocument>(["plan", "--out", "plan.json"]);
        expect(ran.code, ran.err).toBe(0);
        expect(ran.value.calls).toHaveLength(1);
        expect((await run(["apply", "plan.json"])).code).toBe(0);
        const kept = service.rooms.get(id);
        expect(Object.keys(kept?.usersAccesses ?? {})).toEqual([person]);
        expect(Object.keys(kept?.groupsAccesses ?? {})).toEqual([person]);
        const again = await run(["plan"]);
        expect(again.out).toMatch(/^No changes\./u);
        expect(service.rooms.size).toBe(1);

        policy(
          `rooms:\n  odd:\n    id: ${JSON.stringify(id)}\n    users: { ${JSON.stringify(person)}: viewer }\n    groups: {}\n`,
        );
        service.forget();
        const second = await json<PlanDocument>(["plan", "--out", "plan.json"]);
        expect(second.value.calls).toMatchObject([{ method: "POST", path: `/v2/rooms/${encodeURIComponent(id)}` }]);
        const body = second.value.calls[0]?.body as { usersAccesses: object; groupsAccesses: object };
        expect(Object.entries(body.usersAccesses)).toEqual([[person, ["room:read"]]]);
        expect(Object.entries(body.groupsAccesses)).toEqual([[person, null]]);
        expect((await json<ApplyDocument>(["apply", "plan.json"])).value.summary).toMatchObject({ done: 1 });
        expect(service.writes().map(({ path }) => path)).toEqual([`/v2/rooms/${encodeURIComponent(id)}`]);
        const target = `liveblocks/room/${id.replaceAll("%", "%25").replaceAll("/", "%2F")}`;
        expect((await run(["plan", "--target", target])).out).toMatch(/^No changes\./u);

        policy(`rooms:\n  odd: { id: ${JSON.stringify(id)}, absent: true }\n`);
        expect((await run(["apply", "--auto-approve"])).code).toBe(0);
        expect(service.rooms.size).toBe(0);
      },
    );
  });

  it.each(["users", "groups"])(
    "__proto__ among %s is refused before anything is sent: the service cannot take it",
    (field) =>
      inWorld(`rooms:\n  odd: { ${field}: { __proto__: editor } }\n`, [], async ({ run, service }) => {
        const ran = await run(["plan"]);
        expect(ran).toMatchObject({ code: 1, out: "" });
        expect(ran.err).toContain('"__proto__" cannot be a user of Liveblocks');
        expect(service.seen).toEqual([]);
      }),
  );

  it.each(["*", ".", "..", "a\u202eb", "a\u200bb", " a", "a ", "a\nb", "x".repeat(129)])(
    "a room id that is refused: %j",
    (id) =>
      inWorld(`rooms:\n  odd: { id: ${JSON.stringify(id)}, users: {} }\n`, [], async ({ run, service }) => {
        const ran = await run(["plan"]);
        expect(ran).toMatchObject({ code: 1, out: "" });
        expect(ran.err).toMatch(/rolecall\.yaml:\d+:\d+/u);
        expect(ran.err).not.toContain("\u202e");
        expect(service.seen).toEqual([]);
      }),
  );

  it("shows what it read from outside inertly", () =>
    inWorld(
      "rooms: { weekly: { users: {} } }\n",
      [room("weekly", { usersAccesses: { "evil\u001b[31m\n::set-env name=x::y": ["*:write"] } })],
      async ({ run, json }) => {
        const ran = await run(["plan"]);
        expect(ran.code).toBe(0);
        expect(ran.out).not.toContain("\u001b");
        expect(ran.out).not.toMatch(/^::set-env/mu);
        const { value } = await json<PlanDocument>(["plan"]);
        expect(value.calls[0]?.body).toEqual({ usersAccesses: { "evil\u001b[31m\n::set-env name=x::y": null } });
      },
    ));
});

describe("limits", () => {
  const users = (count: number): string => Array.from({ length: count }, (_, index) => `u${index}: editor`).join(", ");
  it("1000 users in one room are one call, read back and unchanged, in the sandbox too", async () => {
    const sandbox = await startLiveblocksSandbox({ secretKey: "sk_1000" });
    const place = quick(
      workplace(
        { "rolecall.yaml": `${head(sandbox.url)}${ROLES}rooms: { weekly: { users: { ${users(1000)} } } }\n` },
        { LIVEBLOCKS_SECRET_KEY: "sk_1000" },
      ),
    );
    try {
      expect((await place.json<PlanDocument>(["plan"])).value.summary).toMatchObject({ add: 1, calls: 1 });
      expect((await place.run(["apply", "--auto-approve"])).code).toBe(0);
      expect(Object.keys(sandbox.get("weekly")?.usersAccesses ?? {})).toHaveLength(1000);
      expect((await place.run(["plan"])).out).toMatch(/^No changes\./u);
    } finally {
      place.remove();
      await sandbox.close();
    }
  });

  it("those that are there already count where they are kept", () =>
    inWorld(
      `rooms: { weekly: { mode: { users: additive }, users: { ${users(600)} } } }\n`,
      [
        room("weekly", {
          usersAccesses: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${index}`, ["*:read"]])),
        }),
      ],
      async ({ run, service }) => {
        const ran = await run(["plan"]);
        expect(ran).toMatchObject({ code: 1, out: "" });
        expect(ran.err).toMatch(/1100 users/u);
        expect(service.writes()).toEqual([]);
      },
    ));
});
