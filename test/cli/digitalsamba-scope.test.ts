import { afterEach, expect, it } from "vitest";
import type { ErrorDocument } from "../../engine/plan-document.ts";
import { makeWorld, type World } from "./digitalsamba-world.ts";

let world: World;
afterEach(() => world.close());

const refusal = async (...argv: readonly string[]): Promise<readonly string[]> => {
  const { code, value } = await world.json<ErrorDocument>(["plan", ...argv]);
  expect([code, value.failure_reason]).toEqual([1, "invalid"]);
  return value.diagnostics.filter(({ severity }) => severity === "error").map(({ summary }) => summary);
};
const PUPIL = "roles: { pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } } }\n";

it("does not leave out a role that a room needs and that is not there", async () => {
  world = await makeWorld();
  world.policy(`${PUPIL}rooms: { aula: { default: pupil } }\n`);
  expect(await refusal("--exclude", "digitalsamba/role/pupil")).toEqual([
    "digitalsamba/room/aula needs digitalsamba/role/pupil, which does not exist and which --exclude leaves out",
  ]);
  expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
  world.policy(
    `${PUPIL.replace("raise_hand", "general_chat")}rooms: { aula: { default: pupil }, hall: { default: pupil } }\n`,
  );
  expect((await world.run(["plan", "--exclude", "digitalsamba/role/pupil"])).code).toBe(0);
});

it("does not leave out a room that holds a role which is to be deleted", async () => {
  world = await makeWorld();
  world.policy(`${PUPIL}rooms: { aula: { default: pupil } }\n`);
  expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
  world.policy(
    "roles: { pupil: absent, attendee: { digitalsamba: existing } }\nrooms: { aula: { default: attendee, users: {} } }\n",
  );
  expect((await refusal("--exclude", "digitalsamba/room/aula")).join()).toMatch(/pupil.* cannot be deleted: .*aula/u);
  expect((await world.run(["plan"])).code).toBe(0);
});
