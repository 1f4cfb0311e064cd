import { afterEach, expect, it } from "vitest";
import { closeSandboxes, documentOf, openSandbox, planFor } from "./fixtures.ts";
import type { DailySandbox } from "./sandbox.ts";

afterEach(closeSandboxes);
/** With the room `weekli`, and others after it. */
const start = async (others = 0): Promise<DailySandbox> => {
  const sandbox = await openSandbox({});
  sandbox.putRoom("weekli");
  for (let n = 0; n < others; n += 1) sandbox.putRoom(`other-${n}`);
  return sandbox;
};
/** What a plan warns of, and how often it asked for the list and for single rooms. */
const planned = async (sandbox: DailySandbox, rooms: string) => {
  const from = sandbox.requests.length;
  const { document } = await planFor(sandbox, documentOf(`rooms: { ${rooms} }`));
  const asked = sandbox.requests.slice(from).map(({ path }) => path);
  return {
    warned: document.diagnostics.filter(({ code }) => code === "similar-room").map(({ summary }) => summary),
    pages: asked.filter((path) => path === "/v1/rooms").length,
    single: asked.filter((path) => /^\/v1\/rooms\/[^/]+$/u.test(path)).length,
  };
};
const WARNING = 'there is no room "weekly" yet, but there is "weekli", which no file names';

it("finds a room one edit away from one that would be made", async () => {
  const sandbox = await start();
  expect(await planned(sandbox, "weekly: { default: audience }")).toEqual({ warned: [WARNING], pages: 2, single: 1 });
});

it("finds it behind many others, among many rooms that are named", async () => {
  const sandbox = await start(350);
  const named = Array.from({ length: 4 }, (_, n) => `new-${n}: { default: audience }`).join(", ");
  const { warned } = await planned(sandbox, `weekly: { default: audience }, ${named}`);
  expect(warned).toEqual([WARNING]);
});

it("does not look through the list for rooms that are there, that are to go, or that are not made", async () => {
  const sandbox = await start();
  sandbox.putRoom("there");
  const rooms = "there: { default: audience }, gone: { absent: true }, unmade: { default: audience, create: false }";
  expect(await planned(sandbox, rooms)).toEqual({ warned: [], pages: 0, single: 3 });
});

it("does not plan to make a room that the list shows after all", async () => {
  const sandbox = await start();
  sandbox.setFaults([{ fault: "status", status: 404, times: 1, match: { path: "/v1/rooms/weekli" } }]);
  const { document } = await planFor(sandbox, documentOf("rooms: { weekli: { default: audience } }"));
  expect(document.resource_changes.map(({ change }) => change.actions)).toEqual([["update"]]);
});
