import { describe, expect, it } from "vitest";
import { pageOf } from "./page.ts";

const page = pageOf(
  ["daily", "eu"].map((name) => ({ name, type: "daily", base_url: "", account: "" })),
  { color: false },
);

describe("the name of a room", () => {
  it("stands with its provider where that is not named like its type", () => {
    expect(page.roomName("daily", "hall")).toBe("hall");
    expect(page.roomName("eu", "hall")).toBe("eu/hall");
  });

  it("says in words that rooms are meant which no file names", () => {
    expect(page.roomName("daily", "*")).toBe("other rooms");
    expect(page.roomName("eu", "*")).toBe("other rooms of eu");
  });
});
