import { describe, expect, it } from "vitest";
import { foldCapabilities } from "./fold.ts";

const features = (level: string): readonly string[] =>
  ["storage", "comments:public", "comments:private", "feeds"].map((feature) => `liveblocks:${feature}:${level}`);

describe("foldCapabilities", () => {
  it("lets the base access stand for all features", () => {
    const all = ["liveblocks:room:read", "liveblocks:room:write", ...features("read"), ...features("write")];
    expect(foldCapabilities(all)).toEqual(["liveblocks:room:write"]);
    expect(foldCapabilities(["liveblocks:room:read", ...features("read")])).toEqual(["liveblocks:room:read"]);
  });

  it("lists every feature as soon as one does not go with the base", () => {
    const without = features("write").filter((capability) => !capability.includes("storage"));
    expect(foldCapabilities(["liveblocks:room:write", ...without])).toEqual(["liveblocks:room:write", ...without]);
  });

  it("leaves a feature alone that comes without the base", () => {
    expect(foldCapabilities(["liveblocks:feeds:write"])).toEqual(["liveblocks:feeds:write"]);
  });
});
