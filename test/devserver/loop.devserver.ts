import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApplyDocument, PlanDocument } from "../../engine/plan-document.ts";
import { type Workplace, workplace } from "../run.ts";

const url = process.env.ROLECALL_DEVSERVER_URL ?? "";
const headers = { authorization: "Bearer sk_localdev", "content-type": "application/json" };
const path = (id: string): string => `${url}/v2/rooms/${encodeURIComponent(id)}`;
const getRoom = async (id: string): Promise<Record<string, unknown> & { status: number }> => {
  const answer = await fetch(path(id), { headers });
  return { ...((await answer.json()) as Record<string, unknown>), status: answer.status };
};
const edit = async (id: string, patch: unknown): Promise<void> => {
  const answer = await fetch(path(id), { method: "POST", headers, body: JSON.stringify(patch) });
  expect(answer.status).toBe(200);
};

const HEADER = `version: 1
providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY }, baseUrl: "${url}" }
roles:
  viewer: { liveblocks: ["room:read", "room:presence:write"] }
  editor: { liveblocks: ["*:write"] }
  commenter: { liveblocks: ["*:read", "comments:write"] }
`;
const FIRST = `${HEADER}
teams:
  design: [alice, bob]
rooms:
  weekly:
    default: viewer
    users: { erin: commenter }
    teams: { design: editor }
    groups: { partners: viewer }
    metadata: { owner: design, tags: [a, b] }
  odd:
    id: "odd /?#% room"
    users: { alice: editor }
  "client-*":
    users: { carol: editor }
`;
const SECOND = FIRST.replace("erin: commenter", "erin: viewer")
  .replace("[alice, bob]", "[alice]")
  .replace("owner: design", "owner: sales");
const LAST = `${HEADER}
rooms:
  weekly: absent
`.replace("weekly: absent", "weekly: { absent: true }");

describe("the loop against the real Liveblocks dev server", () => {
  let place: Workplace;
  beforeAll(async () => {
    place = workplace({ "rolecall.yaml": FIRST }, { LIVEBLOCKS_SECRET_KEY: "sk_localdev" });
    const made = await fetch(`${url}/v2/rooms`, {
      method: "POST",
      headers,
      body: JSON.stringify({ id: "client-acme", defaultAccesses: [], usersAccesses: { old: ["room:write"] } }),
    });
    expect(made.status).toBe(200);
  });
  afterAll(() => place.remove());

  it("creates and updates what the files ask for, and the second plan is empty", async () => {
    const planned = await place.json<PlanDocument>(["plan", "--detailed-exitcode"]);
    expect(planned.code).toBe(2);
    expect(planned.value.summary).toMatchObject({ add: 2, change: 1, destroy: 0, calls: 3, minimum_calls: 3 });
    const applied = await place.json<ApplyDocument>(["apply", "--auto-approve"]);
    expect(applied.value.outcomes.filter((outcome) => outcome.status !== "done")).toEqual([]);
    expect(applied.code).toBe(0);
    expect(await getRoom("weekly")).toMatchObject({
      status: 200,
      usersAccesses: { alice: ["*:write"], bob: ["*:write"], erin: ["*:read", "comments:write"] },
    });
    expect(await getRoom("client-acme")).toMatchObject({ defaultAccesses: [], usersAccesses: { carol: ["*:write"] } });
    expect((await getRoom("client-acme")).usersAccesses).not.toHaveProperty("old");
    expect((await getRoom("odd /?#% room")).status).toBe(200);
    const again = await place.run(["plan", "--detailed-exitcode"]);
    expect(again.out).toMatch(/^No changes\./u);
    expect(again.code).toBe(0);
  });

  it("applies a saved plan, and a second time sends nothing", async () => {
    place.write("rolecall.yaml", SECOND);
    expect((await place.run(["plan", "--out", "plan.json"])).code).toBe(0);
    const applied = await place.json<ApplyDocument>(["apply", "plan.json"]);
    expect(applied.value.outcomes.map((outcome) => outcome.status)).toEqual(["done"]);
    expect(await getRoom("weekly")).toMatchObject({
      usersAccesses: { alice: ["*:write"] },
      metadata: { owner: "sales" },
    });
    const twice = await place.json<ApplyDocument>(["apply", "plan.json"]);
    expect(twice.code).toBe(0);
  });

  it("refuses a plan of a room that somebody edited since, with both values", async () => {
    place.write("rolecall.yaml", FIRST);
    expect((await place.run(["plan", "--out", "plan.json"])).code).toBe(0);
    await edit("weekly", { usersAccesses: { alice: ["*:read"] } });
    const refused = await place.run(["apply", "plan.json"]);
    expect(refused.code).toBe(10);
    expect(refused.err).toMatch(/weekly usersAccesses\.alice .*reviewed \[room:write\], present \[room:read\]/u);
    expect((await place.run(["apply", "--auto-approve"])).code).toBe(0);
  });

  it("takes the legacy names for the same permissions", async () => {
    await edit("weekly", { usersAccesses: { alice: ["room:write"] } });
    expect((await place.run(["plan"])).out).toMatch(/^No changes\./u);
  });

  it("deletes a room whose entry says absent", async () => {
    place.write("rolecall.yaml", LAST);
    const applied = await place.json<ApplyDocument>(["apply", "--auto-approve"]);
    expect(applied.code).toBe(0);
    expect((await getRoom("weekly")).status).toBe(404);
    expect((await place.run(["plan"])).out).toMatch(/^No changes\./u);
  });

  it("explains a wrong key without showing it", async () => {
    const refused = await place.run(["plan"], { env: { LIVEBLOCKS_SECRET_KEY: "sk_wrongwrong" } });
    expect(refused.code).toBe(1);
    expect(refused.err).not.toContain("sk_wrongwrong");
    expect(refused.out).toBe("");
  });
});
