import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planDigest } from "../../engine/plan/digest.ts";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { KEY, room } from "./stand-in.ts";
import { head, inWorld, ROLES } from "./world.ts";

const ONE = "rooms: { weekly: { users: { alice: editor } } }\n";

describe("a stand-in with manners of its own", () => {
  it.each<[string, string, (body: unknown) => { status: number; body?: unknown }]>([
    ["an update answered with 204", "POST", () => ({ status: 204 })],
    ["an update answered with 200 and nothing", "POST", () => ({ status: 200 })],
    ["an update answered with 201", "POST", (body) => ({ status: 201, body })],
    [
      "an update answered with other words and more fields",
      "POST",
      () => ({
        status: 200,
        body: {
          ...room("weekly", { usersAccesses: { alice: ["room:write", "room:presence:write"] } }),
          tenantId: "default",
          extra: { deep: [1] },
        },
      }),
    ],
    [
      "an update answered with an error page, though it was done",
      "POST",
      () => ({ status: 502, body: "<html></html>" }),
    ],
  ])("%s", (_, method, answer) =>
    inWorld(ONE, [room("weekly")], async ({ service, json, run }) => {
      service.hook = (seen) => {
        if (seen.method !== method) return undefined;
        service.rooms.set("weekly", room("weekly", { usersAccesses: { alice: ["*:write"] } }));
        return answer(service.rooms.get("weekly"));
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({ code: 0, value: { summary: { done: 1 } } });
      expect(service.writes()).toHaveLength(1);
      expect((await run(["plan"])).out).toMatch(/^No changes\./u);
    }),
  );

  it.each([
    { status: 200, body: { ok: true } },
    { status: 204 },
    { status: 404, body: { error: "ROOM_NOT_FOUND" } },
    { status: 404 },
  ])("a deletion answered with %j", (answer) =>
    inWorld("rooms: { weekly: { absent: true } }\n", [room("weekly")], async ({ service, json }) => {
      service.hook = (seen) => {
        if (seen.method !== "DELETE") return undefined;
        service.rooms.delete("weekly");
        return answer;
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({ code: 0, value: { summary: { done: 1 } } });
    }),
  );

  it("other words, other order and more fields in what is read are no difference", () =>
    inWorld(
      'rooms: { weekly: { default: { liveblocks: ["comments:write", "*:read"] }, users: { alice: editor } } }\n',
      [],
      async ({ service, run }) => {
        const body = {
          ...room("weekly", {
            defaultAccesses: ["room:read", "comments:write", "room:presence:write"],
            usersAccesses: { alice: ["room:write"] },
          }),
          lastConnectionAt: "2026-01-01T00:00:00Z",
          unknown: true,
        };
        service.hook = () => ({ status: 200, body });
        expect((await run(["plan"])).out).toMatch(/^No changes\./u);
      },
    ));

  it("a page that it asks to be read although it is empty", () =>
    inWorld('rooms: { "room-*": { users: {} } }\n', [], async ({ service, run }) => {
      service.hook = ({ query }) => {
        const cursor = new URLSearchParams(query).get("startingAfter");
        if (cursor === null) return { status: 200, body: { data: [], nextCursor: "a" } };
        if (cursor === "a")
          return {
            status: 200,
            body: { data: [room("room-1", { usersAccesses: { bob: ["*:write"] } })], nextCursor: "b" },
          };
        return { status: 200, body: { data: [], nextCursor: null } };
      };
      const ran = await run(["plan", "--detailed-exitcode"]);
      expect(ran.code, ran.err).toBe(2);
      expect(ran.out).toContain("liveblocks/room/room-1");
    }));
});

describe("plans", () => {
  it("of the same input are the same bytes, in whatever order files and rooms come", () =>
    inWorld(
      "",
      ["b", "a", "c"].map((id) => room(id)),
      async ({ run, service, write }) => {
        const now = Date.parse("2026-06-01T12:00:00Z");
        const parts = ["a", "b", "c"].map((id) => `rooms: { ${id}: { users: { zed: viewer, alice: editor } } }\n`);
        write("rolecall.yaml", `${head(service.url)}${ROLES}`);
        for (const [index, part] of parts.entries()) write(`${index}.yaml`, part);
        const files = (order: readonly string[]): string[] => order.flatMap((name) => ["-f", name]);
        const one = await run(["plan", "--json", ...files(["rolecall.yaml", "0.yaml", "1.yaml", "2.yaml"])], { now });
        service.rooms.clear();
        for (const id of ["c", "a", "b"]) service.rooms.set(id, room(id));
        const other = await run(["plan", "--json", ...files(["2.yaml", "1.yaml", "0.yaml", "rolecall.yaml"])], { now });
        expect(one.code, one.err).toBe(0);
        expect(other.out).toBe(one.out);
      },
    ));

  it("are saved readable by their owner only, and not at all where that cannot be done", () =>
    inWorld(ONE, [room("weekly")], async ({ dir, run, json }) => {
      expect((await run(["plan", "--out", "plan.json"])).code).toBe(0);
      expect(statSync(join(dir, "plan.json")).mode & 0o777).toBe(0o600);
      mkdirSync(join(dir, "folder"));
      for (const out of ["folder", "missing/plan.json"]) {
        const ran = await json<ErrorDocument>(["plan", "--out", out]);
        expect(ran).toMatchObject({ code: 1, value: { errored: true } });
        expect(ran.err).toContain(out);
      }
    }));

  it("without changes are applied without a call", () =>
    inWorld(ONE, [room("weekly", { usersAccesses: { alice: ["*:write"] } })], async ({ run, json, service }) => {
      expect((await run(["plan", "--out", "plan.json"])).out).toMatch(/^No changes\./u);
      expect(await json(["apply", "plan.json"])).toMatchObject({ code: 0, value: { outcomes: [], errored: false } });
      const text = await run(["apply", "plan.json"]);
      expect(text.code).toBe(0);
      expect(service.writes()).toEqual([]);
    }));

  it("count what is pending, and apply says so too", () =>
    inWorld(
      "rooms: { later: { create: false, users: {} }, weekly: { users: { alice: editor } } }\n",
      [room("weekly")],
      async ({ json, service }) => {
        expect(await json(["apply", "--auto-approve"])).toMatchObject({
          code: 0,
          value: { summary: { done: 1, pending: 1 } },
        });
        expect(service.rooms.has("later")).toBe(false);
        expect(await json(["plan", "--detailed-exitcode"])).toMatchObject({
          code: 0,
          value: { summary: { pending: 1 } },
        });
      },
    ));

  it("of the sandbox are applied to the sandbox and to nothing else", () =>
    inWorld(ONE, [room("weekly")], async ({ run, json, service }) => {
      expect((await run(["plan", "--sandbox", "--out", "plan.json"])).code).toBe(0);
      expect(await json(["apply", "plan.json"])).toMatchObject({ code: 10, value: { failure_reason: "plan-changed" } });
      expect(service.seen).toEqual([]);
      expect((await run(["apply", "plan.json", "--sandbox"])).code).toBe(0);
      expect((await run(["plan", "--sandbox"])).out).toMatch(/^No changes\./u);
      expect((await run(["plan", "--out", "plan.json"])).code).toBe(0);
      expect(await json(["apply", "plan.json", "--sandbox"])).toMatchObject({ code: 10 });
      expect(service.writes()).toEqual([]);
    }));

  it("come from standard input too", () =>
    inWorld(ONE, [room("weekly")], async ({ run, service }) => {
      const stdin = `${head(service.url)}${ROLES}${ONE}`;
      const ran = await run(["plan", "-f", "-", "--detailed-exitcode"], { stdin });
      expect(ran.code, ran.err).toBe(2);
    }));
});

describe("a plan for another instant, against the vendor's own host", () => {
  const VENDOR = "https://api.liveblocks.io";
  const files = `version: 1\nproviders: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } } }\n${ROLES}${ONE}`;

  it("is for reading: neither a saved plan nor --at is applied, and nothing is sent", () =>
    inWorld(ONE, [room("weekly")], async ({ run, json, dir, write, service }) => {
      expect((await run(["plan", "--save-snapshot", "s.json"])).code).toBe(0);
      write("s.json", readFileSync(join(dir, "s.json"), "utf8").replaceAll(service.url, VENDOR));
      write("rolecall.yaml", files);
      const planned = await run(["plan", "--snapshot", "s.json", "--at", "2101-01-01", "--out", "plan.json"]);
      expect(planned.code, planned.err).toBe(0);
      expect(planned.out).toMatch(/for reading/u);
      const {
        digest: _,
        checksum: __,
        ...plan
      } = JSON.parse(readFileSync(join(dir, "plan.json"), "utf8")) as PlanDocument;
      const live = { ...plan, options: { ...plan.options, snapshot: null } };
      write("plan.json", JSON.stringify({ ...live, digest: planDigest(live) }));
      service.forget();
      const refused = await json<ErrorDocument>(["apply", "plan.json"]);
      expect(refused).toMatchObject({ code: 10, value: { failure_reason: "plan-changed" } });
      expect(refused.value.diagnostics.map(({ summary }) => summary).join()).toMatch(/for reading/u);
      write("plan.json", JSON.stringify({ ...live, timestamp: live.at, digest: planDigest(live) }));
      expect(await json(["apply", "plan.json"])).toMatchObject({ code: 10, value: { failure_reason: "plan-changed" } });
      const direct = await json<ErrorDocument>(["apply", "--auto-approve", "--at", "2101-01-01"]);
      expect(direct).toMatchObject({ code: 1, value: { failure_reason: "usage" } });
      expect(service.seen).toEqual([]);
    }));

  it("may be applied on loopback", () =>
    inWorld(ONE, [room("weekly")], async ({ json }) => {
      expect(await json(["apply", "--auto-approve", "--at", "2101-01-01"])).toMatchObject({
        code: 0,
        value: { summary: { done: 1 } },
      });
    }));
});

describe("local files that cannot be used", () => {
  it.each([".rolecall", ".rolecall/journal", ".rolecall/lock"])("%s is a file: nothing is sent", (name) =>
    inWorld(ONE, [room("weekly")], async ({ write, json, run, service }) => {
      write(name, "a file");
      const ran = await json<ErrorDocument>(["apply", "--auto-approve"]);
      expect(ran).toMatchObject({ code: 1, value: { errored: true } });
      expect(ran.value.diagnostics[0]?.summary).toContain(".rolecall");
      expect(ran.err).not.toMatch(/fault in Rolecall|\n\s+at /u);
      expect(service.writes()).toEqual([]);
      expect((await run(["plan"])).code).toBe(0);
    }),
  );
});

describe("a secret", () => {
  it("stands in no output and no file, in a plan that succeeds as in one that fails", () =>
    inWorld(ONE, [room("weekly", { metadata: { note: "plain" } })], async ({ run, dir, service }) => {
      const outputs = [
        await run(["plan", "--json", "--out", "plan.json", "--save-snapshot", "s.json"]),
        await run(["apply", "plan.json"]),
      ];
      service.hook = () => ({ status: 403, body: { error: "X", message: KEY } });
      outputs.push(await run(["plan"]), await run(["plan"], { env: { ROLECALL_DEBUG: "1" } }));
      const files = ["plan.json", "s.json"].map((name) => readFileSync(join(dir, name), "utf8"));
      const all = [...outputs.flatMap(({ out, err }) => [out, err]), ...files].join("\n");
      expect(all).not.toContain(KEY);
      expect(all).not.toContain(Buffer.from(KEY).toString("base64").slice(0, 20));
    }));
});

describe("the edges of apply's document", () => {
  it("names the obstacle with the flag that lets it pass", () =>
    inWorld(
      "rooms: { a: { absent: true }, b: { absent: true }, c: { absent: true }, d: { absent: true } }\n",
      ["a", "b", "c", "d"].map((id) => room(id)),
      async ({ json }) => {
        const { value } = await json<ApplyDocument>(["apply", "--auto-approve"]);
        const failed = value.diagnostics.find(({ code }) => code === "guard-failed");
        expect(failed).toMatchObject({ severity: "error", hint: expect.stringContaining("--allow-removals") });
      },
    ));

  it("says on standard error how it ended, and leaves standard output to the result", () =>
    inWorld(ONE, [room("weekly")], async ({ run, service }) => {
      service.hook = (seen) => (seen.method === "GET" ? undefined : { status: 422, body: { error: "NO" } });
      const ran = await run(["apply", "--auto-approve"]);
      expect(ran.code).toBe(1);
      expect(ran.out).toMatch(/Applied: 0 done, 1 failed/u);
      expect(ran.err).toMatch(/^Error: /mu);
    }));
});
