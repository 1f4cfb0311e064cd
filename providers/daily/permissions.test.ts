import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "./capabilities.ts";
import { resolved, resolvedAll, stored, written } from "./permissions.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("permissions in canonical form", () => {
  it("are the same for every order, and none is false", () => {
    expect(plain(stored({ canSend: ["video", "audio", "video"], canAdmin: [] }))).toEqual({
      canAdmin: false,
      canSend: ["audio", "video"],
    });
  });

  it("keep `true` apart from a list of everything", () => {
    const all = ["video", "audio", "screenVideo", "screenAudio", "customVideo", "customAudio"];
    expect(plain(stored({ canSend: true }))).not.toEqual(plain(stored({ canSend: all })));
  });

  it("fill a base, and leave single senders partial", () => {
    expect(plain(stored({ canReceive: { base: { audio: true }, byUserId: { bob: { video: false } } } }))).toEqual({
      canReceive: {
        base: {
          audio: true,
          video: false,
          screenVideo: false,
          screenAudio: false,
          customVideo: { "*": false },
          customAudio: { "*": false },
        },
        byUserId: { bob: { video: false } },
      },
    });
  });

  it("have a base where anything is received, and no empty byUserId", () => {
    expect(plain(stored({ canReceive: { byUserId: {} } }))).toEqual({ canReceive: { base: true } });
    expect(plain(stored({ canReceive: null, canSend: null }))).toEqual({});
  });

  it("take any user id", () => {
    const ids = { ["__proto__"]: true, constructor: false };
    const values = written({ canReceive: { byUserId: ids } });
    expect(Object.keys(values.get("canReceive.byUserId") as object).sort()).toEqual(
      ["__proto__", "constructor"].filter((id) => Object.hasOwn(ids, id)).sort(),
    );
  });
});

describe("a field", () => {
  it("comes from the first height that sets it, each by itself", () => {
    const room = stored({ canSend: false });
    const domain = stored({ canSend: true, canAdmin: ["streaming"] });
    expect(resolved("canSend", room, domain)).toBe(false);
    expect(resolved("canAdmin", room, domain)).toEqual(["streaming"]);
    expect(resolved("hasPresence", room, domain)).toBe(true);
  });

  it("of canReceive comes with the other from one height", () => {
    const room = stored({ canReceive: { base: false } });
    const domain = stored({ canReceive: { base: true, byUserId: { bob: true } } });
    expect(plain(resolved("canReceive.byUserId", room, domain))).toEqual({});
  });
});

describe("capabilities", () => {
  const of = (permissions: object, senders: readonly string[] = []) =>
    capabilitiesOf(resolvedAll(stored(permissions)), senders);

  it("are everything but administration where nothing is set", () => {
    const all = of({});
    expect(all).toContain("daily:send:video");
    expect(all).toContain("daily:receive:customAudio");
    expect(all.some((name) => name.startsWith("daily:admin"))).toBe(false);
  });

  it("of somebody hidden hold no sending", () => {
    expect(of({ hasPresence: false, canSend: true }).filter((name) => /send|presence/u.test(name))).toEqual([]);
  });

  it("say whom somebody receives where byUserId beats base", () => {
    const one = { canSend: false, hasPresence: false, canReceive: { base: false, byUserId: { bob: { audio: true } } } };
    expect(of(one)).toEqual(["daily:receive:audio(bob)"]);
    const less = { hasPresence: false, canReceive: { base: true, byUserId: { bob: false } } };
    const video = (list: readonly string[]) => list.filter((name) => name.includes(":video"));
    expect(video(of(less, ["bob"]))).toEqual(["daily:receive:video"]);
    expect(video(of({ hasPresence: false }, ["bob"]))).toEqual(["daily:receive:video", "daily:receive:video(bob)"]);
  });
});
