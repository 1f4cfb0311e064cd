import { expect, it } from "vitest";
import { renderExplain, renderWhoCan } from "./access-text.ts";
import { at } from "./plan-fixture.ts";

it("lists who can, one subject a line", () => {
  const holders = [
    { kind: "everyone" as const, via: "default", source: at(30) },
    { kind: "user" as const, id: "everyone", via: "role facilitator", source: at(31) },
    { kind: "group" as const, id: "partners", via: "role facilitator", source: null },
  ];
  expect(renderWhoCan(holders)).toBe(
    [
      "everyone        default           rolecall.yaml:30:7",
      '"everyone"      role facilitator  rolecall.yaml:31:7',
      "group partners  role facilitator",
      "",
    ].join("\n"),
  );
});

it("explains each capability with its path", () => {
  const capabilities = [
    { capability: "liveblocks:room:read", via: "team design: role participant", source: at(30) },
    { capability: "zego:graphic:create", via: "default\u001b", source: at(31) },
  ];
  expect(renderExplain(capabilities)).toBe(
    [
      "liveblocks:room:read  team design: role participant  rolecall.yaml:30:7",
      "zego:graphic:create   default\\u{1b}                  rolecall.yaml:31:7",
      "",
    ].join("\n"),
  );
});

it("says so when there is nobody and nothing", () => {
  expect(renderWhoCan([])).toBe("Nobody.\n");
  expect(renderExplain([])).toBe("Nothing.\n");
});
