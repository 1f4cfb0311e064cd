import { describe, it } from "vitest";
import { record } from "../../engine/util/record.ts";
import { conformanceCases } from "../_shared/conformance.ts";
import { digitalsamba } from "./index.ts";
import { PERMISSIONS } from "./language.ts";
import { startDigitalsambaSandbox } from "./sandbox.ts";

const header = `version: 1
providers:
  digitalsamba:
    teamId: { env: DIGITALSAMBA_TEAM_ID }
    developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY }
`;

/** Names that came after January 2026. */
const NEW = new Set([
  "room_reactions",
  "chat_reactions",
  "avatar_upload",
  "pin_panels",
  "lock_content",
  "see_content_badges",
]);
const FORMER = PERMISSIONS.filter((name) => !NEW.has(name));

const withDefaults = `    roomDefaults: { roles: [pupil, moderator], default: pupil }
`;

const states = [
  // Two new roles that name each other and themselves, beside presets.
  `roles:
  teacher-plus:
    digitalsamba:
      display_name: Teacher
      permissions: { start_session: true, remote_muting: [pupil, attendee], manage_roles: [teacher-plus, pupil] }
  pupil:
    digitalsamba:
      display_name: Pupil
      permissions: { raise_hand: true, remove_participant: [teacher-plus] }
  moderator: { digitalsamba: existing }
rooms:
  class-1:
    default: pupil
    users: { alice: teacher-plus }
    settings: { digitalsamba: { roles: [moderator] } }
  class-2: { default: moderator, settings: { digitalsamba: { privacy: public } } }
`,
  // Permissions move, a new role joins a list, a room is locked and another opens to other people.
  `roles:
  teacher-plus:
    digitalsamba:
      display_name: Teacher
      permissions: { start_session: true, remote_muting: [pupil, guest], manage_roles: [pupil] }
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true, general_chat: true } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
  moderator: { digitalsamba: existing }
rooms:
  class-1:
    default: guest
    users: { alice: teacher-plus, bob: pupil }
    settings: { digitalsamba: { roles: [moderator], is_locked: true } }
  class-2: { default: moderator, users: { erin: guest }, settings: { digitalsamba: { privacy: private } } }
`,
  // A role goes while managed rooms and lists hold it.
  `roles:
  teacher-plus: { digitalsamba: { display_name: Teacher, permissions: { start_session: true, remote_muting: [pupil] } } }
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } }
  guest: absent
  moderator: { digitalsamba: existing }
rooms:
  class-1:
    default: pupil
    users: { alice: teacher-plus }
    settings: { digitalsamba: { roles: [moderator], is_locked: false } }
  class-2: { absent: true, on: digitalsamba }
`,
  `roles: { teacher-plus: absent, pupil: absent, guest: absent }
rooms:
  class-1: { absent: true, on: digitalsamba }
`,
];

const subject = (options: Parameters<typeof startDigitalsambaSandbox>[0] = {}, head = header) => ({
  provider: digitalsamba,
  header: head,
  states,
  start: async () => {
    const sandbox = await startDigitalsambaSandbox({ rateLimit: false, ...options });
    return {
      baseUrl: sandbox.baseUrl,
      values: record([
        ["teamId", sandbox.teamId],
        ["developerKey", sandbox.developerKey],
      ]),
      get requests() {
        return sandbox.requests;
      },
      setFaults: sandbox.setFaults,
      close: sandbox.close,
    };
  },
});

describe("Digital Samba", () => {
  for (const { name, run } of conformanceCases(subject())) it(name, run, 60_000);
});

describe("Digital Samba, where the service keeps what is left to it", () => {
  const [walk] = conformanceCases(subject({ reads: "everything", afterDelete: "scrub", unknownTargets: "drop" }));
  it("moves through its states when every setting is shown and deleted names are scrubbed", async () => walk?.run());

  const [old] = conformanceCases(subject({ permissions: FORMER, presets: ["moderator", "speaker", "attendee"] }));
  it("moves through its states with 52 permissions and three presets", async () => old?.run());
});

describe("Digital Samba, the team's defaults", () => {
  const [team] = conformanceCases({ ...subject({}, header + withDefaults), states: states.slice(0, 1) });
  it("manages the default room settings too", async () => team?.run());
});
