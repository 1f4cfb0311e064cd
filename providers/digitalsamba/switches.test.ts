import { afterEach, describe, expect, it } from "vitest";
import { apply, type Made, plan } from "./harness.ts";
import { type DigitalsambaSandbox, sampleState, startDigitalsambaSandbox } from "./sandbox.ts";

const open: DigitalsambaSandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

type Values = { readonly [key: string]: unknown };

/** The sample school, with these values of the room class-7a and of the team. */
const start = async (room: Values, team: Values = {}): Promise<DigitalsambaSandbox> => {
  const state = sampleState();
  const rooms = state.rooms.map((one) =>
    one.friendly_url === "class-7a" ? { ...one, values: { ...one.values, ...room } } : one,
  );
  const values = { ...state.team.values, ...team };
  const sandbox = await startDigitalsambaSandbox({
    rateLimit: false,
    state: { ...state, team: { ...state.team, values }, rooms },
  });
  open.push(sandbox);
  return sandbox;
};
const ROLES = `roles:
  attendee: { digitalsamba: existing }
  assistant: { digitalsamba: existing }
`;
const room = (settings: string): string =>
  `${ROLES}rooms:\n  class-7a: { default: attendee, users: { alice: assistant }, settings: { digitalsamba: { ${settings} } } }\n`;
const effects = (made: Made) =>
  made.document.effects.map(({ subject, gains, loses }) => [
    subject.kind === "everyone" ? "everyone" : subject.kind === "role" ? `role ${subject.id}` : subject.id,
    gains.map((one) => one.replace("digitalsamba:", "+")).join(" "),
    loses.map((one) => one.replace("digitalsamba:", "-")).join(" "),
  ]);
const fields = (made: Made) =>
  made.document.resource_changes.flatMap((change) =>
    change.fields.map(({ path, before, after }) => `${path.join(".")}: ${before} -> ${after}`),
  );
const isDone = async (sandbox: DigitalsambaSandbox, made: Made) =>
  expect((await apply(sandbox, made)).map(({ status }) => status)).toEqual(made.calls.map(() => "done"));

describe("a switch that hides a feature", () => {
  it("gives what the roles hold when it goes on, and takes it when it goes off", async () => {
    const sandbox = await start({ chat_enabled: false });
    const on = await plan(sandbox, room("chat_enabled: true"));
    expect(effects(on)).toContainEqual(["alice", "+general_chat", ""]);
    expect(on.document.verdict).toBe("wider");
    expect(on.calls.map(({ direction }) => direction)).toEqual(["widens"]);
    await isDone(sandbox, on);
    expect((await plan(sandbox, room("chat_enabled: true"))).lines).toEqual([]);
    const off = await plan(sandbox, room("chat_enabled: false"));
    expect(effects(off)).toContainEqual(["alice", "", "-general_chat"]);
    expect(off.document.verdict).toBe("narrower");
  });

  it("is the team's where the room has none of its own, before and after", async () => {
    const sandbox = await start({ chat_enabled: true }, { chat_enabled: false, raise_hand_enabled: false });
    const made = await plan(sandbox, room("chat_enabled: false, raise_hand_enabled: true, privacy: public"));
    expect(effects(made)).toContainEqual([
      "alice",
      "+join_without_token raise_hand".replace(" ", " +"),
      "-general_chat",
    ]);
  });

  it("that is the room's alone counts as the room shows it", async () => {
    const text = `roles:
  assistant: { digitalsamba: { display_name: Assistant, permissions: { restreaming: true } } }
  attendee: { digitalsamba: existing }
rooms:
  class-7a: { default: attendee, users: { alice: assistant }, settings: { digitalsamba: { restream_enabled: true } } }
`;
    const sandbox = await start({ restream_enabled: false });
    const made = await plan(sandbox, text);
    expect(JSON.stringify(effects(made))).toContain("+restreaming");
    await isDone(sandbox, made);
    expect((await plan(sandbox, text)).lines).toEqual([]);
    const off = await plan(sandbox, text.replace("restream_enabled: true", "restream_enabled: false"));
    expect(effects(off)).toContainEqual(["alice", "", "-restreaming"]);
  });

  it("that the files do not write says nothing of people", async () => {
    const sandbox = await start({ qa_enabled: false, raise_hand_enabled: false, is_locked: true });
    const made = await plan(sandbox, room("privacy: public"));
    expect(new Set(effects(made).map(([, gains]) => gains))).toEqual(new Set(["+join_without_token"]));
    const text = `${ROLES}rooms: { class-7a: { default: assistant } }\n`;
    expect(effects(await plan(sandbox, text))[0]?.[1]).toContain("+start_session");
  });
});

describe("the lock", () => {
  it("keeps everybody from joining without acceptance", async () => {
    const sandbox = await start({ is_locked: true });
    const made = await plan(sandbox, room("is_locked: false"));
    expect(effects(made)).toEqual([
      ["everyone", "+join_without_acceptance", ""],
      ["role moderator", "+join_without_acceptance", ""],
      ["alice", "+join_without_acceptance", ""],
    ]);
    expect(made.document.verdict).toBe("wider");
    await isDone(sandbox, made);
    const locked = await plan(sandbox, room("is_locked: true"));
    expect(locked.document.verdict).toBe("narrower");
  });

  it("is the team's where the room has none of its own", async () => {
    const sandbox = await start({ is_locked: false }, { is_locked: true });
    expect((await plan(sandbox, room("is_locked: true"))).document.verdict).toBe("narrower");
  });
});

describe("a setting that becomes what the team has", () => {
  it("is shown as it is written: it does not follow the team again", async () => {
    const sandbox = await start({ is_locked: true, chat_enabled: false });
    const made = await plan(sandbox, room("is_locked: false, chat_enabled: true"));
    expect(fields(made)).toEqual([
      "chat_enabled: off -> on (as the team has it, pinned)",
      "is_locked: on -> off (as the team has it, pinned)",
    ]);
    expect(made.calls[0]?.body).toEqual({ chat_enabled: true, is_locked: false });
  });

  it("was the team's before it is written", async () => {
    const sandbox = await start({});
    expect(fields(await plan(sandbox, room("is_locked: true")))).toEqual(["is_locked: (as the team) -> on"]);
  });

  it("is not said to be the team's where the team's answer does not show it", async () => {
    const sandbox = await start({ breakout_rooms_enabled: true, is_audio_only: true });
    const shows = await startDigitalsambaSandbox({ rateLimit: false, reads: "everything", state: sandbox.state() });
    open.push(shows);
    const off = await plan(shows, room("is_audio_only: false, breakout_rooms_enabled: false"));
    expect(fields(off)).toEqual(["breakout_rooms_enabled: on -> off", "is_audio_only: on -> off"]);
    await isDone(shows, off);
    expect(fields(await plan(shows, room("is_audio_only: true")))).toEqual(["is_audio_only: off -> on"]);
  });
});
