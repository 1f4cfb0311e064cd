import { describe, expect, it } from "vitest";
import { resolvePolicy } from "../../engine/load/resolve.ts";
import type { Spec } from "../../engine/model.ts";
import { effective } from "./effective.ts";
import { foldCapabilities } from "./fold.ts";
import { load } from "./harness.ts";
import { allPlaces, places } from "./places.ts";

const policyOf = (text: string) => resolvePolicy(load(text).document, "digitalsamba", new Set(), 0).policy;
const place = { provider: "digitalsamba", room: "lobby" };

const FILES = policyOf(`roles:
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true, remote_muting: [pupil] } } }
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } }
rooms:
  lobby: { default: pupil, users: { alice: host } }
`);
const role = (permissions: Spec): Spec => ({ display_name: "Role", permissions });
const world = (room: Spec, roles: { readonly [name: string]: Spec }) => (object: string) => {
  if (object === "digitalsamba/room/lobby") return room;
  return object.startsWith("digitalsamba/role/") ? (roles[object.slice(18)] ?? null) : null;
};
const ROLES = {
  host: role({ start_session: true, remote_muting: ["pupil"] }),
  pupil: role({ raise_hand: true }),
  helper: role({ general_chat: true }),
};
const room = (roles: readonly string[], more: Spec = {}): Spec => ({
  privacy: "private",
  roles,
  default_role: "pupil",
  ...more,
});
const held = (view: ReturnType<typeof world>) =>
  effective(place, view, FILES).map(({ subject, capabilities, layer }) => [
    subject.kind === "everyone" ? "everyone" : `${subject.kind} ${subject.id}`,
    capabilities.map((capability) => capability.replace("digitalsamba:", "")),
    layer,
  ]);

describe("who may do what", () => {
  it("is by the role in the token where the room has it, and by the default for everyone else", () => {
    expect(held(world(room(["host", "pupil"]), ROLES))).toEqual([
      ["everyone", ["raise_hand"], "default"],
      ["user alice", ["remote_muting", "remote_muting(pupil)", "start_session"], "user"],
    ]);
  });

  it("is by the default for somebody whose role the room does not have", () => {
    expect(held(world(room(["pupil"]), ROLES))).toEqual([
      ["everyone", ["raise_hand"], "default"],
      ["user alice", ["raise_hand"], "default"],
    ]);
  });

  it("has roles without a known holder as subjects", () => {
    expect(held(world(room(["helper", "host", "pupil"]), ROLES))).toContainEqual([
      "role helper",
      ["general_chat"],
      "role",
    ]);
  });

  it("shows that a public room takes people without a token", () => {
    expect(held(world(room(["host", "pupil"], { privacy: "public" }), ROLES))[0]).toEqual([
      "everyone",
      ["join_without_token", "raise_hand"],
      "default",
    ]);
  });

  it("counts true over others as every role there is, and those to come", () => {
    const roles = { ...ROLES, host: role({ remote_muting: true }) };
    const [, alice] = held(world(room(["host", "pupil"]), roles));
    expect(alice?.[1]).toEqual(
      expect.arrayContaining(["remote_muting", "remote_muting(*)", "remote_muting(pupil)", "remote_muting(attendee)"]),
    );
  });

  it("counts a list as less than true where the service may keep lists under names that the files cannot give lists", () => {
    const of = (value: boolean | readonly string[]) => {
      const roles = { ...ROLES, host: role({ ban_participants: value }) };
      return held(world(room(["host", "pupil"]), roles))[1]?.[1] as string[];
    };
    expect(of(true)).toEqual(expect.arrayContaining(of(["pupil"])));
    expect(of(["pupil"])).not.toEqual(expect.arrayContaining(of(true)));
  });

  it("is nothing in a room that is not there", () => {
    expect(effective(place, () => null, FILES)).toEqual([]);
  });
});

describe("capabilities for reading", () => {
  it("leave out what follows from a list or from all roles", () => {
    expect(foldCapabilities(["d:a", "d:m", "d:m(*)", "d:m(x)", "d:n", "d:n(x)", "d:n(y)"])).toEqual([
      "d:a",
      "d:m(*)",
      "d:n(x)",
      "d:n(y)",
    ]);
  });

  it("name a permission plainly where the files can only give it to all or nobody", () => {
    const ban = "digitalsamba:ban_participants";
    expect(foldCapabilities([ban, `${ban}(*)`, `${ban}(pupil)`])).toEqual([ban]);
    expect(foldCapabilities([ban, `${ban}(pupil)`])).toEqual([`${ban}(pupil)`]);
    expect(foldCapabilities([`${ban}(*)`])).toEqual([`${ban}(*)`]);
  });
});

describe("places", () => {
  const view = world(room(["host", "pupil"]), ROLES);
  it("are all rooms of the files that have a role, before or after", () => {
    const without = world(room(["pupil"]), ROLES);
    expect(places(new Set(["digitalsamba/role/host"]), FILES, view, without).map((one) => one.place)).toEqual([place]);
    expect(places(new Set(["digitalsamba/role/helper"]), FILES, view, without)).toEqual([]);
  });
  it("depend on the room and its roles", () => {
    expect(allPlaces(FILES, view)).toEqual([
      { place, dependsOn: ["digitalsamba/room/lobby", "digitalsamba/role/host", "digitalsamba/role/pupil"] },
    ]);
  });
});
