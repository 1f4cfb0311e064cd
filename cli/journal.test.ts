import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JournalError, type JournalEvent, type JournalFile, type JournalOptions, openJournal } from "./journal.ts";

let root = "";
let dir = "";
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "rolecall-journal-"));
  dir = path.join(root, ".rolecall");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const options: JournalOptions = { run: "r1", digest: "sha256:abc", now: () => Date.UTC(2026, 10, 21, 10) };
const event = (call: string, change: Partial<JournalEvent> = {}): JournalEvent => ({
  call,
  address: "liveblocks/room/class%2F7b",
  method: "POST",
  path: "/v2/rooms/class%2F7b",
  event: "sending",
  ...change,
});

const linesOf = async (file: string): Promise<readonly string[]> =>
  (await readFile(file, "utf8")).trimEnd().split("\n");

/** The number of the first line that does not follow from the one before; undefined when all do. */
const brokenAt = (lines: readonly string[]): number | undefined => {
  let previous = "";
  for (const [number, line] of lines.entries()) {
    let value: { readonly previous?: string; readonly line?: number };
    try {
      value = JSON.parse(line);
    } catch {
      return number;
    }
    if (value.previous !== previous || value.line !== number) return number;
    previous = createHash("sha256").update(line).digest("hex");
  }
  const { hash, ...content } = JSON.parse(lines.at(-1) ?? "{}");
  const whole = content.event === "end" && hash === createHash("sha256").update(JSON.stringify(content)).digest("hex");
  return whole ? undefined : lines.length;
};

const write = async (): Promise<readonly string[]> => {
  const journal = await openJournal(dir, options);
  await journal.record(event("c1"));
  await journal.record(event("c1", { event: "done" }));
  await journal.record(event("c2"));
  await journal.record(event("c2", { event: "failed", error: "403: not allowed" }));
  await journal.close();
  return linesOf(journal.file);
};

describe("what is written", () => {
  it("is one line per event with the allowed fields only", async () => {
    const lines = await write();
    expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual([
      ["line", "time", "event", "format", "run", "digest", "previous"],
      ["line", "time", "event", "call", "address", "method", "path", "previous"],
      ["line", "time", "event", "call", "address", "method", "path", "previous"],
      ["line", "time", "event", "call", "address", "method", "path", "previous"],
      ["line", "time", "event", "call", "address", "method", "path", "error", "previous"],
      ["line", "time", "event", "previous", "hash"],
    ]);
  });

  it("drops fields that a caller passes along", async () => {
    const journal = await openJournal(dir, options);
    const careless = { ...event("c1"), body: "canary", headers: { authorization: "canary" } };
    await journal.record(careless);
    await journal.close();
    expect(await readFile(journal.file, "utf8")).not.toContain("canary");
  });

  it.each([
    ["/v2/rooms/class%2F7b", "liveblocks/room/class%2F7b", "/v2/rooms/{id}"],
    ["/v2/rooms/class%2F7b/upsert?x=1#y", "liveblocks/room/class%2F7b", "/v2/rooms/{id}/upsert"],
    ["/?Action=SetWhiteboardRoomAuth&Signature=canary", "zego/room/a", "/"],
    ["/api/v1/roles/9f3c1e00-0000-4000-8000-000000000001", "digitalsamba/role/teacher", "/api/v1/roles/{id}"],
    ["/v1/rooms/%E0%A4%A", "daily/room/x", "/v1/rooms/%E0%A4%A"],
  ])("writes %s as a template without ids and query", async (sent, address, template) => {
    const journal = await openJournal(dir, options);
    await journal.record(event("c1", { path: sent, address }));
    await journal.close();
    const lines = await linesOf(journal.file);
    expect(JSON.parse(lines[1] ?? "").path).toBe(template);
    expect(lines.join()).not.toContain("canary");
  });

  it("keeps an error text with line breaks on one line", async () => {
    const journal = await openJournal(dir, options);
    await journal.record(event("c1", { event: "failed", error: 'a\n{"line":9}\r\u2028\u001b[31m' }));
    await journal.close();
    expect(brokenAt(await linesOf(journal.file))).toBeUndefined();
  });

  it("is readable by its owner alone", async () => {
    const journal = await openJournal(dir, options);
    await journal.close();
    const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;
    expect(await Promise.all([dir, path.join(dir, "journal"), journal.file].map(mode))).toEqual([0o700, 0o700, 0o600]);
  });
});

describe("the chain", () => {
  it("holds for a whole journal, also when lines are asked for all at once", async () => {
    const journal = await openJournal(dir, options);
    await Promise.all(Array.from({ length: 50 }, (_, index) => journal.record(event(`c${index}`))));
    await journal.close();
    const lines = await linesOf(journal.file);
    expect(lines).toHaveLength(52);
    expect(brokenAt(lines)).toBeUndefined();
  });

  it("shows every change, removal, move and cut", async () => {
    const lines = await write();
    for (let index = 0; index < lines.length; index += 1) {
      const changed = lines.with(index, (lines[index] ?? "").replace("2026", "2025"));
      const removed = lines.toSpliced(index, 1);
      expect([index, brokenAt(changed)], "changed").not.toEqual([index, undefined]);
      if (index < lines.length - 1) {
        const moved = lines.toSpliced(index, 2, lines[index + 1] ?? "", lines[index] ?? "");
        expect([index, brokenAt(moved)], "moved").not.toEqual([index, undefined]);
        expect([index, brokenAt(lines.slice(0, index + 1))], "cut").not.toEqual([index, undefined]);
      }
      expect([index, brokenAt(removed)], "removed").not.toEqual([index, undefined]);
    }
  });
});

describe("when it cannot be written", () => {
  it("refuses a .rolecall or a journal directory that is a link, and writes nothing behind it", async () => {
    const elsewhere = path.join(root, "elsewhere");
    await mkdir(elsewhere);
    await symlink(elsewhere, dir);
    await expect(openJournal(dir, options)).rejects.toBeInstanceOf(JournalError);
    await rm(dir);
    await mkdir(dir);
    await symlink(elsewhere, path.join(dir, "journal"));
    await expect(openJournal(dir, options)).rejects.toBeInstanceOf(JournalError);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it("refuses to write over an earlier journal", async () => {
    await (await openJournal(dir, options)).close();
    await expect(openJournal(dir, options)).rejects.toThrow(/already|EEXIST/u);
  });

  it.each(["../r", "", "a/b", ".hidden", "a\n"])("refuses %j as the name of a run", async (run) => {
    await expect(openJournal(dir, { ...options, run })).rejects.toBeInstanceOf(JournalError);
  });

  const operations = 12;
  it.each(Array.from({ length: operations }, (_, index) => index))(
    "throws before the call when file operation %i fails, and takes no line after it",
    async (failing) => {
      const written: string[] = [];
      let count = 0;
      const may = async (): Promise<void> => {
        count += 1;
        if (count - 1 === failing) throw Object.assign(new Error("disk"), { code: "ENOSPC" });
      };
      const file: JournalFile = {
        appendFile: async (text) => {
          await may();
          written.push(text);
        },
        sync: may,
        close: async () => undefined,
      };
      const run = async (): Promise<void> => {
        const journal = await openJournal(dir, options, async () => file);
        for (const call of ["c1", "c2", "c3", "c4", "c5"]) {
          try {
            await journal.record(event(call));
          } catch (error) {
            const before = written.length;
            await expect(journal.record(event("later"))).rejects.toBeInstanceOf(JournalError);
            expect(written).toHaveLength(before);
            throw error;
          }
        }
      };
      await expect(run()).rejects.toThrow(/no space left/u);
    },
  );
});
