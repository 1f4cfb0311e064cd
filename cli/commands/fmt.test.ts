import { chmodSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Workplace, workplace } from "../../test/run.ts";

const SLOPPY = "version:   1\nteams: {red: [alice,bob]}   # people\n";
const TIDY = "version: 1\nteams: { red: [alice, bob] } # people\n";

let place: Workplace | undefined;
afterEach(() => place?.remove());
const make = (files: { readonly [name: string]: string }): Workplace => {
  place = workplace(files);
  return place;
};
const textOf = (name: string): string => readFileSync(join(place?.dir ?? "", name), "utf8");

describe("rolecall fmt", () => {
  it("rewrites the files that need it, and names them", async () => {
    const { run } = make({ "rolecall/b.yml": SLOPPY, "rolecall/a.yaml": TIDY, "rolecall/c.json": '{"version":1}' });
    expect(await run(["fmt"])).toEqual({ code: 0, out: "rolecall/b.yml\nrolecall/c.json\n", err: "" });
    expect([textOf("rolecall/b.yml"), textOf("rolecall/c.json")]).toEqual([TIDY, '{\n  "version": 1\n}\n']);
    expect(await run(["fmt", "--check"])).toEqual({ code: 0, out: "", err: "" });
  });

  it("with --check writes nothing, lists what would change, and fails", async () => {
    const { run } = make({ "b.yaml": SLOPPY, "a.yaml": "\uFEFFversion: 1\r\n", "c.yaml": TIDY });
    expect(await run(["fmt", "--check", "b.yaml", "a.yaml", "c.yaml"])).toEqual({
      code: 1,
      out: "b.yaml\na.yaml\n",
      err: "2 files are not in the canonical layout; run `rolecall fmt` to rewrite.\n",
    });
    expect([textOf("a.yaml"), textOf("b.yaml")]).toEqual(["\uFEFFversion: 1\r\n", SLOPPY]);
  });

  it("takes files with -f too, beside the paths, and says so", async () => {
    const { run } = make({ "a.yaml": SLOPPY, "b.yaml": SLOPPY, "c.yaml": SLOPPY });
    const ran = await run(["fmt", "--check", "-f", "a.yaml", "--file", "b.yaml", "c.yaml"]);
    expect([ran.code, ran.out]).toEqual([1, "a.yaml\nb.yaml\nc.yaml\n"]);
    expect((await run(["fmt", "-f", "a.yaml"])).out).toBe("a.yaml\n");
    expect(textOf("b.yaml")).toBe(SLOPPY);
    expect((await run(["fmt", "--help"])).out).toContain("-f, --file <path>");
  });

  it("takes byte order marks and line ends of Windows away", async () => {
    const { run } = make({
      "a.yaml": "\uFEFFversion: 1\r\nteams: {}\r\n",
      "b.json": '\uFEFF{\r\n  "version": 1\r\n}\r\n',
    });
    expect((await run(["fmt", "a.yaml", "b.json"])).code).toBe(0);
    expect([textOf("a.yaml"), textOf("b.json")]).toEqual(["version: 1\nteams: {}\n", '{\n  "version": 1\n}\n']);
  });

  it("does not touch a file that is as it should be, and keeps mode and links", async () => {
    const { run, dir } = make({ "tidy.yaml": TIDY, "sloppy.yaml": SLOPPY });
    chmodSync(join(dir, "tidy.yaml"), 0o444);
    chmodSync(join(dir, "sloppy.yaml"), 0o640);
    symlinkSync("sloppy.yaml", join(dir, "link.yaml"));
    const before = statSync(join(dir, "tidy.yaml")).mtimeMs;
    expect((await run(["fmt", "tidy.yaml", "link.yaml"])).out).toBe("link.yaml\n");
    expect(statSync(join(dir, "tidy.yaml")).mtimeMs).toBe(before);
    expect(statSync(join(dir, "sloppy.yaml")).mode & 0o777).toBe(0o640);
    expect(textOf("sloppy.yaml")).toBe(TIDY);
  });

  it("leaves a file with faults as it is, says what is wrong, and writes the others", async () => {
    const { run, json } = make({ "bad.yaml": "a:  [1\n", "good.yaml": SLOPPY });
    const ran = await run(["fmt", "bad.yaml", "good.yaml"]);
    expect([ran.code, ran.out]).toEqual([1, "good.yaml\n"]);
    expect(ran.err).toContain("bad.yaml:1:7");
    expect([textOf("bad.yaml"), textOf("good.yaml")]).toEqual(["a:  [1\n", TIDY]);
    const { value } = await json(["fmt", "bad.yaml", "good.yaml"]);
    expect(value).toMatchObject({ errored: true, failure_reason: "invalid", checked: 2, changed: [] });
  });

  it("formats what is only half said: meaning is for validate", async () => {
    const { run } = make({ "a.yaml": "rooms: {one: {users: {alice: nobody}}}\n" });
    expect(await run(["fmt", "a.yaml"])).toEqual({ code: 0, out: "a.yaml\n", err: "" });
  });

  it("passes standard input on to standard output, changed or not", async () => {
    const { run, json } = make({});
    expect(await run(["fmt", "-"], { stdin: SLOPPY })).toEqual({ code: 0, out: TIDY, err: "" });
    expect(await run(["fmt", "-"], { stdin: TIDY })).toEqual({ code: 0, out: TIDY, err: "" });
    expect(await run(["fmt", "-", "--check"], { stdin: SLOPPY })).toMatchObject({ code: 1, out: "<stdin>\n" });
    expect(await run(["fmt", "-"], { stdin: "a: &b c\n" })).toMatchObject({ code: 1, out: "" });
    expect((await json(["fmt", "-"], { stdin: SLOPPY })).value).toEqual({
      format_version: "1.0",
      errored: false,
      failure_reason: null,
      checked: 1,
      changed: ["<stdin>"],
      formatted: TIDY,
      diagnostics: [],
    });
  });

  it("says which file is not there", async () => {
    const { run } = make({ "a.yaml": SLOPPY });
    const ran = await run(["fmt", "nope.yaml", "a.yaml"]);
    expect([ran.code, ran.out]).toEqual([1, "a.yaml\n"]);
    expect(ran.err).toContain("nope.yaml does not exist");
  });

  it("finds the starter that init writes as it should be", async () => {
    const { run } = make({});
    expect((await run(["init"])).code).toBe(0);
    expect(await run(["fmt", "--check"])).toEqual({ code: 0, out: "", err: "" });
  });
});
