import { describe, expect, it } from "vitest";
import type { Json } from "../../engine/model.ts";
import { LIVE, ROOM } from "./convert.ts";
import { show } from "./show.ts";

const base = (kinds: { readonly [kind: string]: Json }): Json => ({
  audio: false,
  video: false,
  screenAudio: false,
  screenVideo: false,
  customAudio: { "*": false },
  customVideo: { "*": false },
  ...kinds,
});

describe("show", () => {
  it.each([
    [true, "true"],
    [false, "none"],
    [base({}), "none"],
    [base({ audio: true, customAudio: { "*": true } }), "[audio, customAudio]"],
    [base({ customVideo: { "*": false, slides: true, chat: false } }), "[customVideo(slides)]"],
    [base({ customVideo: { "*": true, slides: false } }), "[customVideo, no customVideo(slides)]"],
  ] as const)("shows what is received of everybody: %j", (value, text) => {
    expect(show(ROOM, ["permissions", "canReceive", "base"], value)).toBe(text);
  });

  it("shows what is received of one sender, also what is not", () => {
    const path = ["user:bob", "canReceive", "byUserId"];
    const alice = { audio: true, video: false, customAudio: { slides: true }, customVideo: { "*": false } };
    expect(show(LIVE, path, { alice, erin: false })).toBe(
      "{ alice: [audio, no video, customAudio(slides), no customVideo], erin: none }",
    );
    expect(show(LIVE, path, {})).toBe("(none)");
  });

  it("says what holds where nothing is set", () => {
    expect(show(ROOM, ["permissions", "canReceive", "base"], undefined)).toBe("(default)");
    expect(show(LIVE, ["user:bob", "canSend"], undefined)).toBe("(as everybody else)");
  });

  it("shows a whole set of permissions in the words of its fields", () => {
    expect(show(LIVE, ["*"], { canSend: false, canReceive: { base: base({ audio: true }) } })).toBe(
      "{ canSend: none, canReceive: { base: [audio] } }",
    );
  });
});
