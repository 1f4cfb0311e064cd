import {
  type DigitalsambaSandboxState,
  newTeam,
  type StoredRole,
  type StoredRoom,
  stamp,
  TEAM_ID,
} from "./sandbox-store.ts";

const CREATED = Date.UTC(2026, 0, 5, 10);

/** A school as it clicked its way along: the presets, two roles of its own, four rooms. */
export const sampleState = (): DigitalsambaSandboxState => {
  const team = newTeam(TEAM_ID, CREATED);
  const created = stamp(CREATED);
  const id = (count: number): string => `00000000-0000-4000-8000-0000000001${String(count).padStart(2, "0")}`;
  const role = (count: number, name: string, display: string, permissions: StoredRole["permissions"]): StoredRole => ({
    id: id(count),
    name,
    display_name: display,
    description: null,
    permissions,
    created_at: created,
    updated_at: created,
  });
  const room = (count: number, url: string, values: StoredRoom["values"]): StoredRoom => ({
    id: id(count),
    friendly_url: url,
    values,
    hadSession: false,
    created_at: created,
    updated_at: created,
  });
  const [moderator, speaker, attendee] = team.roles.map((each) => each.id);
  const assistant = role(1, "assistant", "Assistant", {
    raise_hand: true,
    general_chat: true,
    start_session: true,
    remote_muting: ["speaker", "attendee"],
  });
  const guest = role(2, "guest", "Guest", { raise_hand: true, general_chat: true, private_chat: true });
  return {
    ...team,
    nextId: 1000,
    roles: [...team.roles, assistant, guest],
    rooms: [
      room(11, "class-7a", { privacy: "private", roles: [moderator, assistant.id, attendee], default_role: attendee }),
      room(12, "class-7b", { privacy: "public", roles: [moderator, speaker], default_role: speaker }),
      room(13, "staff-room", { privacy: "private" }),
      room(14, "parents-evening", { privacy: "public", roles: [guest.id, moderator], default_role: guest.id }),
    ],
  };
};
