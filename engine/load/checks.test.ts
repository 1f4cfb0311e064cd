import { describe, expect, it } from "vitest";
import { documentOf, faultsOf, HEAD, loadTexts } from "./fixtures.ts";

const about = (checks: string) =>
  faultsOf(`${HEAD}teams: { design: [a] }\nrooms: { weekly: { users: { a: reader, b: writer } } }\nchecks:\n${checks}`);

describe("checks", () => {
  it("take one text or a list, and mean everybody everywhere by default", () => {
    const { checks } = documentOf(
      `${HEAD}checks:\n  - { name: a, can: "liveblocks:room:read" }\n  - { name: b, who: { roles: [reader], everyone: true }, in: [x*, y*], atLeast: { count: 2, can: ["liveblocks:room:write"] } }\n`,
    );
    expect(checks[0]).toMatchObject({
      name: "a",
      who: undefined,
      in: ["*"],
      can: ["liveblocks:room:read"],
      cannot: [],
      atLeast: undefined,
    });
    expect(checks[1]).toMatchObject({
      who: { roles: ["reader"], users: [], everyone: true, anyone: false },
      in: ["x*", "y*"],
      atLeast: { count: 2, can: ["liveblocks:room:write"] },
    });
  });

  it("must assert something and have a name", () => {
    expect(about("  - { name: a, in: weekly }\n  - { can: 'liveblocks:room:read' }\n")).toEqual([
      "a.yaml:8:5 missing-key the check asserts nothing",
      'a.yaml:9:5 missing-key the key "name" is missing in an item of "checks"',
    ]);
  });

  it("name capabilities that there are", () => {
    const { diagnostics } = loadTexts(
      `${HEAD}checks:\n  - { name: a, can: ["liveblocks:room:wirte", "livblocks:room:read", "nothing"] }\n`,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      {
        code: "unknown-name",
        summary: 'Liveblocks has no capability "liveblocks:room:wirte"',
        hint: 'did you mean "liveblocks:room:write"?',
      },
      {
        code: "unknown-name",
        summary: 'there is no capability "livblocks:room:read"',
        hint: 'did you mean "liveblocks:room:read"?',
      },
      {
        code: "unknown-name",
        summary: 'there is no capability "nothing"',
        hint: "a capability is written <type>:<name>, such as liveblocks:room:read",
      },
    ]);
  });

  it("on a service that no file has a provider of are a warning: nobody holds anything there", () => {
    const { diagnostics } = loadTexts(`${HEAD}checks:\n  - { name: a, cannot: "daily:send:audio" }\n`);
    expect(diagnostics.filter(({ severity }) => severity === "warning")).toMatchObject([
      { code: "unknown-name", summary: 'no file has a provider of Daily, so nobody holds "daily:send:audio" anywhere' },
    ]);
  });

  it("name teams and roles that there are", () => {
    expect(
      about("  - { name: a, can: 'liveblocks:room:read', who: { teams: [desing], roles: [raeder], users: ['*'] } }\n"),
    ).toEqual([
      'a.yaml:8:60 unknown-name there is no team "desing"',
      'a.yaml:8:77 unknown-name there is no role "raeder"',
      'a.yaml:8:94 invalid-id "*" cannot be the id of a user: "*" is a pattern, not a user',
    ]);
  });

  it("on a room that no file knows are a warning", () => {
    expect(about("  - { name: a, can: 'liveblocks:room:read', in: [weekly, weakly, 'w*'] }\n")).toEqual([
      'a.yaml:8:58 warning unknown-name no file says anything about the room "weakly", so this check cannot fail there',
    ]);
  });
});
