import { describe, expect, it } from "vitest";
import { faultsOf, HEAD } from "./fixtures.ts";

const used = "  used: { users: { x: reader, y: writer } }\n";

describe("smells", () => {
  it("name a role that is not used", () => {
    expect(faultsOf(`${HEAD}rooms:\n  one: { default: reader }\n`)).toEqual([
      'a.yaml:4:3 warning unused-role the role "writer" is not used anywhere',
    ]);
    expect(
      faultsOf(`${HEAD}  more: { extends: reader }\nrooms:\n  one: { default: more, groups: { g: writer } }\n`),
    ).toEqual([]);
  });

  it("do not name a role that is an object at a service", () => {
    const samba = "providers: { digitalsamba: { teamId: a, developerKey: { env: DIGITALSAMBA_K } } }\nroles:\n";
    expect(faultsOf(`${samba}  r: { digitalsamba: { display_name: Role } }\n`)).toEqual([]);
    expect(faultsOf(`${samba}  r: { digitalsamba: { permissions: {} } }\n`)).toEqual([
      'a.yaml:3:3 warning unused-role the role "r" is not used anywhere',
    ]);
  });

  it("name a team without members", () => {
    expect(faultsOf("teams:\n  nobody: []\n")).toEqual([
      'a.yaml:2:3 warning empty-team the team "nobody" has no members',
    ]);
  });

  it("name patterns that meet the same rooms", () => {
    expect(
      faultsOf(`${HEAD}rooms:\n${used}  "class-{id}": {}\n  "class-*": {}\n  "class-7*": {}\n  "c?ass-": {}\n`),
    ).toEqual([
      'a.yaml:8:3 warning shadowed-pattern the patterns "class-{id}" and "class-*" meet the same rooms with equal weight',
    ]);
  });

  it("name a team filled in from the room of which there is none", () => {
    const text = (team: string) =>
      `${HEAD}teams: { ${team}: [a] }\nrooms:\n${used}  "class-{id}": { teams: { "teachers-{id}": reader } }\n`;
    expect(faultsOf(text("teachers-7b"))).toEqual([]);
    expect(faultsOf(text("pupils-7b"))).toEqual([
      'a.yaml:8:28 warning missing-team there is no team of the form "teachers-{id}", so nobody gets anything here',
    ]);
  });

  it("name a grant that equals the default", () => {
    expect(
      faultsOf(
        `${HEAD}rooms:\n  one:\n    default: reader\n    users: { a: reader, b: writer }\n    groups: { g: reader }\n`,
      ),
    ).toEqual(['a.yaml:8:14 warning same-as-default "a" gets "reader", which is the room\'s default']);
  });
});
