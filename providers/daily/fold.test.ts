import { describe, expect, it } from "vitest";
import { foldCapabilities } from "./fold.ts";
import { SEND } from "./permissions.ts";

const all = (what: string): readonly string[] => [...SEND].sort().map((kind) => `daily:${what}:${kind}`);

describe("foldCapabilities", () => {
  it("writes every kind of media as one, where the first of them stood", () => {
    const held = ["daily:admin:streaming", "daily:presence", ...all("receive"), ...all("send")];
    expect(foldCapabilities(held)).toEqual([
      "daily:admin:streaming",
      "daily:presence",
      "daily:receive:*",
      "daily:send:*",
    ]);
  });

  it("lists the kinds as soon as one is missing, and those of a named sender always", () => {
    const some = all("send").slice(1);
    expect(foldCapabilities(some)).toEqual(some);
    const ofAlice = all("receive").map((capability) => `${capability}(alice)`);
    expect(foldCapabilities(ofAlice)).toEqual(ofAlice);
  });
});
