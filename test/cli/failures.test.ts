import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { startLiveblocksSandbox } from "../../providers/liveblocks/sandbox.ts";
import { quick, workplace } from "../run.ts";
import { type Answer, type Hook, KEY, room, type Seen } from "./stand-in.ts";
import { head, inWorld, ROLES, type World } from "./world.ts";

const ONE = "rooms: { weekly: { users: { alice: editor } } }\n";
const THREE = `rooms:
  a: { users: { alice: editor } }
  b: { users: { alice: editor } }
  c: { users: { alice: editor } }
`;
const rooms = ["a", "b", "c"].map((id) => room(id, { usersAccesses: { bob: ["*:write"] } }));
const isWrite = (seen: Seen): boolean => seen.method !== "GET";
const writesTo = (id: string, seen: Seen): boolean => isWrite(seen) && seen.path === `/v2/rooms/${id}`;
/** Answers the first n requests of a kind this way. */
const times = (count: number, matches: (seen: Seen) => boolean, what: ReturnType<Hook>): Hook => {
  let left = count;
  return (seen) => {
    if (left === 0 || !matches(seen)) return undefined;
    left -= 1;
    return what;
  };
};
const always = (matches: (seen: Seen) => boolean, what: ReturnType<Hook>): Hook =>
  times(Number.POSITIVE_INFINITY, matches, what);
const REFUSED: Answer = { status: 422, body: { error: "UNPROCESSABLE_ENTITY", message: "no such scope" } };
const HTML: Answer = { status: 200, headers: { "content-type": "text/html" }, body: "<html><body>login</body></html>" };

/** Everything that a run left: its outputs and every file. */
const everything = (world: Pick<World, "dir">, ...texts: readonly string[]): string => {
  const walk = (dir: string): string =>
    readdirSync(dir)
      .map((name) => join(dir, name))
      .map((path) => (statSync(path).isDirectory() ? walk(path) : `${path}\n${readFileSync(path, "utf8")}`))
      .join("\n");
  return `${texts.join("\n")}${walk(world.dir)}`;
};
const noSecret = (text: string, secret = KEY): void => {
  for (const form of [
    secret,
    Buffer.from(secret).toString("base64").replace(/=+$/u, ""),
    Buffer.from(secret).toString("hex"),
    encodeURIComponent(`Bearer ${secret}`),
  ]) {
    expect(text).not.toContain(form);
  }
};

describe("a service that cannot be read", () => {
  const cases: readonly (readonly [string, Hook, RegExp])[] = [
    [
      "a key that it does not know",
      () => ({ status: 403, body: { error: "INVALID_SECRET_KEY", message: "no" } }),
      /403.*credentials/u,
    ],
    ["a key that is missing", () => ({ status: 401, body: { error: "MISSING_SECRET_KEY" } }), /401.*credentials/u],
    ["a web page", () => HTML, /login|JSON/u],
    ["JSON that ends early", () => ({ status: 200, body: '{"type":"room","id":"we' }), /JSON/u],
    ["nothing", () => ({ status: 200, body: "" }), /empty/u],
    ["no content", () => ({ status: 204 }), /empty|204/u],
    ["another kind of JSON", () => ({ status: 200, body: "[1,2]" }), /object/u],
    ["a room without its accesses", () => ({ status: 200, body: { id: "weekly" } }), /defaultAccesses/u],
    ["another room", () => ({ status: 200, body: { ...room("other") } }), /other/u],
    ["errors without end", () => ({ status: 500, body: { error: "OOPS" } }), /500/u],
    ["throttling without end", () => ({ status: 429 }), /429/u],
    ["throttling without end, with a time", () => ({ status: 429, headers: { "retry-after": "1" } }), /429/u],
    ["connections that break", () => "lost", /weekly|connection|answer/u],
    ["a redirect", () => ({ status: 307, headers: { location: "https://example.com/" } }), /redirect/u],
    [
      "an echo of what it was sent",
      () => ({
        status: 400,
        body: {
          error: "BAD",
          message: `Bearer ${KEY} ${Buffer.from(KEY).toString("base64")} ${encodeURIComponent(KEY)}`,
        },
      }),
      /400/u,
    ],
  ];
  it.each(cases)("%s", (_, hook, words) =>
    inWorld(ONE, [room("weekly")], async (world) => {
      const { service, run, json } = world;
      service.hook = hook;
      const plan = await run(["plan"]);
      expect(plan).toMatchObject({ code: 1, out: "" });
      expect(plan.err).toMatch(words);
      expect(plan.err).not.toMatch(/\n\s+at |fault in Rolecall/u);
      const value = await json<ErrorDocument>(["apply", "--auto-approve"]);
      expect(value).toMatchObject({ code: 1, value: { errored: true, failure_reason: "provider-error" } });
      expect(service.writes()).toEqual([]);
      noSecret(everything(world, plan.err, value.out, value.err));
    }),
  );

  it("nobody listens there", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => void closed.listen(0, "127.0.0.1", resolve));
    const address = closed.address();
    const port = typeof address === "object" ? address?.port : 0;
    await new Promise((resolve) => void closed.close(resolve));
    const place = quick(
      workplace(
        { "rolecall.yaml": `${head(`http://127.0.0.1:${port}`)}${ROLES}${ONE}` },
        { LIVEBLOCKS_SECRET_KEY: KEY },
      ),
    );
    const ran = await place.json<ErrorDocument>(["plan"]);
    expect(ran).toMatchObject({ code: 1, value: { failure_reason: "provider-error" } });
    expect(ran.err).toContain(`127.0.0.1:${port}`);
    noSecret(everything(place, ran.out, ran.err));
    place.remove();
  });

  it("is not asked again for what cannot get better, and often enough for what can", () =>
    inWorld(ONE, [room("weekly")], async ({ service, run }) => {
      service.hook = () => ({ status: 403 });
      await run(["plan"]);
      expect(service.seen).toHaveLength(1);
      for (const trouble of [
        { status: 500 },
        { status: 429 },
        { status: 429, headers: { "retry-after": "3" } },
        "lost",
      ] as const) {
        service.forget();
        service.hook = times(2, () => true, trouble);
        expect((await run(["plan"])).code).toBe(0);
        expect(service.seen).toHaveLength(3);
      }
    }));

  it.each<[string, (seen: Seen) => ReturnType<Hook>]>([
    ["whose second page fails", (seen) => (seen.query.includes("startingAfter") ? { status: 500 } : undefined)],
    ["whose list does not go on", () => ({ status: 200, body: { data: [{ ...room("x") }], nextCursor: "same" } })],
    ["whose list has no data", () => ({ status: 200, body: { rooms: [] } })],
  ])("a list %s is no list", (_, hook) =>
    inWorld(
      'rooms: { "room-*": { users: {} } }\n',
      Array.from({ length: 150 }, (__, index) => room(`room-${index}`, { usersAccesses: { bob: ["*:write"] } })),
      async ({ service, run }) => {
        service.hook = hook;
        expect(await run(["apply", "--auto-approve", "--allow-removals", "*=999"])).toMatchObject({ code: 1, out: "" });
        expect(service.writes()).toEqual([]);
      },
    ),
  );
});

type Applied = { readonly code: number; readonly value: ApplyDocument; readonly out: string; readonly err: string };
const applied = async (
  hook: Hook | undefined,
  argv: readonly string[],
  done: (world: World, ran: Applied) => void | Promise<void>,
  text = THREE,
): Promise<void> =>
  inWorld(
    text,
    rooms.map((one) => ({ ...one })),
    async (world) => {
      world.service.hook = hook;
      const ran = await world.json<ApplyDocument>(["apply", "--auto-approve", ...argv]);
      expect(ran.err).not.toMatch(/\n\s+at |fault in Rolecall/u);
      noSecret(everything(world, ran.out, ran.err));
      await done(world, ran);
    },
  );
const statuses = ({ value }: Applied): readonly string[] =>
  value.outcomes.map(({ address, status }) => `${address.at(-1)} ${status}`);
const countWrites = ({ service }: World, id: string): number =>
  service.writes().filter(({ path }) => path === `/v2/rooms/${id}`).length;
const GRANTED = { usersAccesses: { alice: ["room:write"] } };

describe("a write that meets trouble and gets through", () => {
  it.each<[string, ReturnType<Hook>, number]>([
    ["lost before it was done: sent again", "lost", 2],
    ["lost after it was done: not sent again", "lost after", 1],
    ["a 500 before it was done", { status: 500, body: { error: "OOPS" } }, 2],
    ["a 503", { status: 503 }, 2],
    ["a web page in its place", HTML, 2],
    ["throttled", { status: 429 }, 2],
    ["throttled with a time", { status: 429, headers: { "retry-after": "7" } }, 2],
  ])("%s", (_, trouble, writes) =>
    applied(
      times(1, (seen) => writesTo("b", seen), trouble),
      [],
      async (world, ran) => {
        expect(ran).toMatchObject({ code: 0, value: { errored: false, summary: { done: 3, failed: 0, unknown: 0 } } });
        expect(countWrites(world, "b")).toBe(writes);
        expect(world.service.rooms.get("b")).toMatchObject(GRANTED);
        expect((await world.run(["plan"])).out).toMatch(/^No changes\./u);
      },
    ),
  );

  it("a pause is told of, without what is secret", () =>
    applied(
      times(1, (seen) => writesTo("b", seen), { status: 429, headers: { "retry-after": "7" } }),
      [],
      async (_, ran) => {
        expect(ran.err).toMatch(/^Liveblocks: POST \/v2\/rooms\/\{id\} again in \d+ s \(429\)$/mu);
        expect(ran.err).not.toContain(KEY);
      },
    ));

  it("a create that was lost after it was done is not sent again", () =>
    applied(
      times(1, isWrite, "lost after"),
      [],
      async (world, ran) => {
        expect(ran).toMatchObject({ code: 0, value: { summary: { done: 1 } } });
        expect(world.service.writes()).toHaveLength(1);
      },
      "rooms: { fresh: { users: { alice: editor } } }\n",
    ));

  it("a create that somebody else made just so meanwhile", () =>
    inWorld("rooms: { fresh: { users: { alice: editor } } }\n", [], async ({ service, json }) => {
      service.hook = (seen) => {
        if (isWrite(seen)) service.rooms.set("fresh", room("fresh", { usersAccesses: { alice: ["*:write"] } }));
        return undefined;
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({ code: 0, value: { summary: { done: 1 } } });
    }));

  it("reads that lag behind", async () => {
    const sandbox = await startLiveblocksSandbox({ secretKey: KEY });
    const place = quick(
      workplace({ "rolecall.yaml": `${head(sandbox.url)}${ROLES}${THREE}` }, { LIVEBLOCKS_SECRET_KEY: KEY }),
    );
    for (const one of rooms) sandbox.put({ ...one });
    sandbox.setFaults([{ fault: "stale", reads: 4 }]);
    const ran = await place.json<ApplyDocument>(["apply", "--auto-approve"]);
    expect(ran).toMatchObject({ code: 0, value: { summary: { done: 3, failed: 0 } } });
    place.remove();
    await sandbox.close();
  });
});

describe("a write that does not get through", () => {
  it("the first thing refused is an error, and nothing else was done", () =>
    applied(always(isWrite, REFUSED), ["--parallelism", "1"], (world, ran) => {
      expect(ran).toMatchObject({
        code: 1,
        value: { errored: true, failure_reason: "provider-error", summary: { done: 0, failed: 1, not_started: 2 } },
      });
      expect(statuses(ran)).toEqual(["a failed", "b not_started", "c not_started"]);
      expect(ran.value.outcomes[0]).toMatchObject({
        call: "c1",
        error: expect.stringContaining("no such scope"),
        source: { file: "rolecall.yaml", line: expect.any(Number) },
      });
      expect(world.service.writes()).toHaveLength(1);
    }));

  it("after something was done it is 13, and stop sends nothing more", () =>
    applied(
      always((seen) => writesTo("b", seen), REFUSED),
      ["--parallelism", "1"],
      async (world, ran) => {
        expect(ran).toMatchObject({
          code: 13,
          value: { failure_reason: "apply-partial", summary: { done: 1, failed: 1, not_started: 1 } },
        });
        expect(statuses(ran)).toEqual(["a done", "b failed", "c not_started"]);
        world.service.hook = undefined;
        world.service.forget();
        expect(await world.json(["apply", "--auto-approve"])).toMatchObject({
          code: 0,
          value: { summary: { done: 2 } },
        });
        expect(world.service.writes().map(({ path }) => path)).toEqual(["/v2/rooms/b", "/v2/rooms/c"]);
      },
    ));

  it("continue sends all that does not depend on it", () =>
    applied(
      always((seen) => writesTo("a", seen), REFUSED),
      ["--parallelism", "1", "--on-error", "continue"],
      (_, ran) => {
        expect(ran).toMatchObject({
          code: 13,
          value: { failure_reason: "apply-partial", summary: { done: 2, failed: 1, not_started: 0 } },
        });
      },
    ));

  it("a key that is taken back stops everything at that provider", () =>
    applied(
      always((seen) => writesTo("b", seen) || writesTo("c", seen), {
        status: 403,
        body: { error: "INVALID_SECRET_KEY" },
      }),
      ["--parallelism", "1", "--on-error", "continue"],
      (world, ran) => {
        expect(ran).toMatchObject({ code: 13 });
        expect(statuses(ran)).toEqual(["a done", "b failed", "c not_started"]);
        expect(countWrites(world, "c")).toBe(0);
      },
    ));

  it.each<[string, Hook]>([
    ["500 without end", always((seen) => writesTo("a", seen), { status: 500 })],
    ["lost without end", always((seen) => writesTo("a", seen), "lost")],
    ["throttled without end", always((seen) => writesTo("a", seen), { status: 429 })],
  ])("%s ends, and nothing is claimed", (_, hook) =>
    applied(hook, ["--parallelism", "1"], (world, ran) => {
      expect(ran).toMatchObject({ code: 1, value: { errored: true, failure_reason: "provider-error" } });
      expect(statuses(ran)[0]).toBe("a failed");
      expect(world.service.rooms.get("a")).toMatchObject({ usersAccesses: { bob: ["*:write"] } });
      expect(countWrites(world, "a")).toBeLessThanOrEqual(10);
    }),
  );

  it("a fate that cannot be told is unknown, not done", () =>
    inWorld(ONE, [room("weekly")], async ({ service, json }) => {
      let written = false;
      service.hook = (seen) => {
        if (isWrite(seen)) written = true;
        return written ? "lost" : undefined;
      };
      const ran = await json<ApplyDocument>(["apply", "--auto-approve"]);
      expect(ran).toMatchObject({
        code: 13,
        value: { failure_reason: "apply-partial", summary: { done: 0, unknown: 1 } },
      });
      expect(service.writes()).toHaveLength(1);
    }));

  it("done, but impossible to read back, is not claimed", () =>
    inWorld(ONE, [room("weekly")], async ({ service, json }) => {
      let written = false;
      service.hook = (seen) => {
        if (isWrite(seen)) {
          written = true;
          return undefined;
        }
        return written ? { status: 500 } : undefined;
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({ code: 13, value: { errored: true } });
    }));
});

describe("a service that does not do what it says", () => {
  const ignore = (id: string): Hook => always((seen) => writesTo(id, seen), "ignored");
  it("a grant that was accepted and did not take is 13", () =>
    inWorld(ONE, [room("weekly")], async ({ service, json, run }) => {
      service.hook = always(isWrite, "ignored");
      const ran = await json<ApplyDocument>(["apply", "--auto-approve"]);
      expect(ran).toMatchObject({
        code: 13,
        value: {
          errored: true,
          failure_reason: "apply-partial",
          outcomes: [{ status: "failed", error: expect.stringMatching(/nothing changed/u) }],
        },
      });
      expect((await run(["apply", "--auto-approve"])).out).toMatch(/nothing changed/u);
    }));

  it("a revoke that was accepted and did not take is 14", () =>
    applied(ignore("b"), [], (_, ran) => {
      expect(ran).toMatchObject({ code: 14, value: { failure_reason: "revoke-ineffective" } });
      expect(statuses(ran)).toEqual(["a done", "b failed", "c done"]);
    }));

  it("a deletion that was accepted and did not take is 14", () =>
    applied(ignore("b"), [], (_, ran) => expect(ran).toMatchObject({ code: 14 }), "rooms: { b: { absent: true } }\n"));

  it("a creation that was accepted and did not take is 13", () =>
    applied(
      always(isWrite, "ignored"),
      [],
      (_, ran) => expect(ran).toMatchObject({ code: 13 }),
      "rooms: { fresh: { users: { alice: editor } } }\n",
    ));

  it("more than was asked for is 14", () =>
    inWorld(ONE, [room("weekly")], async ({ service, json }) => {
      service.hook = (seen) => {
        if (!isWrite(seen)) return undefined;
        service.rooms.set(
          "weekly",
          room("weekly", { defaultAccesses: ["*:write"], usersAccesses: { alice: ["*:write"] } }),
        );
        return { status: 200, body: room("weekly", { usersAccesses: { alice: ["*:write"] } }) };
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({ code: 14 });
    }));
});

describe("what changes during an apply", () => {
  it("a room that somebody made otherwise: 10", () =>
    inWorld("rooms: { fresh: { users: { alice: editor } } }\n", [], async ({ service, json }) => {
      service.hook = (seen) => {
        if (isWrite(seen)) service.rooms.set("fresh", room("fresh", { defaultAccesses: ["*:write"] }));
        return undefined;
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({
        code: 10,
        value: { failure_reason: "plan-changed" },
      });
      expect(service.writes()).toHaveLength(1);
    }));

  it("a room that somebody deleted: 10", () =>
    inWorld(ONE, [room("weekly")], async ({ service, json }) => {
      service.hook = (seen) => {
        if (isWrite(seen)) service.rooms.delete("weekly");
        return undefined;
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({
        code: 10,
        value: { failure_reason: "plan-changed" },
      });
    }));

  it("a deletion of what is gone already is done", () =>
    inWorld("rooms: { weekly: { absent: true } }\n", [room("weekly")], async ({ service, json }) => {
      service.hook = (seen) => {
        if (isWrite(seen)) service.rooms.delete("weekly");
        return undefined;
      };
      expect(await json(["apply", "--auto-approve"])).toMatchObject({ code: 0, value: { summary: { done: 1 } } });
    }));

  it.each<[string, string, string, number]>([
    ["stale before refused", "gone", "refused", 10],
    ["stale before a revoke without effect", "gone", "ignored", 10],
    ["a revoke without effect before refused", "ignored", "refused", 14],
  ])("%s", (_, first, second, code) =>
    applied(undefined, ["--on-error", "continue"], () => undefined).then(() =>
      inWorld(
        THREE,
        rooms.map((one) => ({ ...one })),
        async ({ service, json }) => {
          const deeds = new Map([
            ["/v2/rooms/a", first],
            ["/v2/rooms/b", second],
          ]);
          service.hook = (seen) => {
            const deed = isWrite(seen) ? deeds.get(seen.path) : undefined;
            if (deed === "refused") return REFUSED;
            if (deed === "ignored") return "ignored";
            if (deed === "gone") service.rooms.delete("a");
            return undefined;
          };
          expect(await json(["apply", "--auto-approve", "--on-error", "continue"])).toMatchObject({ code });
        },
      ),
    ),
  );

  it("an interrupt finishes what is under way and sends nothing more: 130", () =>
    inWorld(
      THREE,
      rooms.map((one) => ({ ...one })),
      async (world) => {
        const controller = new AbortController();
        world.service.hook = (seen) => {
          if (isWrite(seen)) controller.abort();
          return undefined;
        };
        const ran = await world.json<ApplyDocument>(["apply", "--auto-approve", "--parallelism", "1"], {
          signal: controller.signal,
        });
        expect(ran).toMatchObject({
          code: 130,
          value: { errored: true, failure_reason: "interrupted", summary: { done: 1, not_started: 2 } },
        });
        expect(world.service.writes()).toHaveLength(1);
        world.service.hook = undefined;
        expect(await world.json(["apply", "--auto-approve"])).toMatchObject({
          code: 0,
          value: { summary: { done: 2 } },
        });
      },
    ));

  it("an interrupt while reading sends no write: 130", () =>
    inWorld(THREE, rooms, async ({ service, json }) => {
      const controller = new AbortController();
      service.hook = () => {
        controller.abort();
        return undefined;
      };
      expect(await json(["apply", "--auto-approve"], { signal: controller.signal })).toMatchObject({
        code: 130,
        value: { failure_reason: "interrupted" },
      });
      expect(service.writes()).toEqual([]);
    }));
});

describe("the journal", () => {
  it("has a line before and after each call, no secret, no body", () =>
    inWorld(
      THREE,
      rooms.map((one) => ({ ...one })),
      async (world) => {
        const { value: plan } = await world.json<PlanDocument>(["plan", "--out", "plan.json"]);
        world.service.hook = times(1, (seen) => writesTo("c", seen), {
          status: 422,
          body: { error: "NO", message: `Bearer ${KEY}` },
        });
        expect((await world.run(["apply", "plan.json", "--parallelism", "1"])).code).toBe(13);
        const dir = join(world.dir, ".rolecall", "journal");
        const lines = readFileSync(join(dir, readdirSync(dir)[0] ?? ""), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(lines.map(({ event, address }) => [event, address].join(" ").trim())).toEqual([
          "start",
          "sending liveblocks/room/a",
          "done liveblocks/room/a",
          "sending liveblocks/room/b",
          "done liveblocks/room/b",
          "sending liveblocks/room/c",
          "failed liveblocks/room/c",
          "end",
        ]);
        expect(lines[0]).toMatchObject({ digest: plan.digest });
        expect(lines[1]).toMatchObject({ method: "POST", path: "/v2/rooms/{id}" });
        noSecret(everything(world));
        expect(JSON.stringify(lines)).not.toContain("room:write");
      },
    ));
});
